//! The hyper engine on raw sockets: every case on every executor.
#![allow(unreachable_pub, reason = "what the modules of a test share is `pub` without being public")]

mod app;
mod client;
mod faults;
mod harness;
mod http1;
mod http2;
mod lifecycle;
mod signals;
mod tls;

// Where the engine is.
use di_server::server;

/// Makes one test of each case, on each executor.
macro_rules! on_every_executor {
    ($($name:ident: $on:expr;)*) => {
        $(mod $name {
            use super::harness::{On, Server, patient};

            const ON: On = $on;

            serving! {
                http1:
                a_connection_serves_several_requests, the_peer_is_known, pipelined_requests_are_answered_in_order,
                responses_of_all_sizes_come_in_order, many_pipelined_requests_are_answered,
                a_head_in_single_bytes_is_understood, http_1_0_closes_after_the_response, a_head_too_large_is_answered_with_431,
                a_head_just_small_enough_is_served, a_hundred_headers_are_served_and_one_more_is_not,
                malformed_requests_are_answered_with_400, a_request_names_one_host, a_body_is_read, continue_is_sent_when_the_body_is_read,
                continue_is_not_sent_when_the_body_is_ignored, a_body_nobody_reads_is_not_buffered,
                a_response_before_the_end_of_the_body_is_not_lost,
                a_panic_ends_its_connection_alone, what_has_no_body_is_sent_without_one,
                a_length_that_is_not_the_bodys_is_corrected, what_the_target_names_is_the_host, a_coded_body_is_not_understood,
            }
            serving! {
                http2:
                prior_knowledge_is_served, what_has_no_body_is_sent_without_one, what_is_no_final_status_is_a_500,
                a_request_names_one_host, a_panic_ends_its_stream_alone, a_header_list_too_large_is_refused,
            }
            starting! {
                http1 as http1_timeouts:
                behaviour_37_an_idle_connection_is_closed, requests_keep_a_connection_from_being_idle,
                a_slow_handler_is_not_idle, a_response_with_pauses_is_not_idle,
                an_upload_that_outlives_its_response_is_received, a_body_without_an_end_is_not_read_for_ever, a_silent_connection_is_closed,
                a_slow_head_is_answered_with_408, a_slow_second_head_is_answered_with_408,
                a_slow_preface_is_answered_with_408, a_slow_body_is_no_slow_head,
                an_upgraded_connection_outlives_the_timeouts,
            }
            starting! {
                http2 as http2_timeouts:
                an_idle_connection_goes_away, a_slow_handler_keeps_the_connection,
                a_response_with_pauses_keeps_the_connection, a_stream_that_its_peer_holds_back_is_reset,
                a_peer_that_takes_its_time_is_not_dropped, a_peer_that_takes_its_time_for_a_chunk_is_not_dropped,
                a_peer_that_only_pings_is_dropped, times_without_an_end_are_served,
            }
            starting! {
                lifecycle as lifecycle:
                behaviour_38_shutdown_lets_requests_finish_and_closes_idle_connections, shutdown_without_connections_returns_at_once,
                behaviour_38_the_deadline_cuts_what_is_left, a_second_signal_stops_at_once, shutdown_lets_http2_streams_finish,
                the_deadline_cuts_http2_streams, a_client_that_leaves_cancels_its_request,
                a_half_closed_client_is_answered_only_if_configured,
                a_client_whose_body_nobody_reads_cancels_its_request, a_client_that_half_closes_ends_the_response_it_reads,
                what_comes_while_a_request_waits_is_the_next_one, connections_past_the_limit_wait,
                an_upgraded_connection_counts_towards_the_limit,
                a_peer_that_reads_nothing_is_dropped, protocols_can_be_switched_off,
                keep_alive_of_zero_closes_after_each_response,
            }
            starting! {
                tls as tls:
                requests_are_served, http2_is_agreed_on, only_what_is_served_is_agreed_on, large_bodies_pass,
                who_they_are_is_known, a_handshake_has_its_time, what_is_no_tls_ends_its_connection_alone,
                a_renewed_certificate_is_for_the_next_connection, the_end_is_told, a_peer_that_reads_nothing_is_dropped,
                a_peer_that_takes_its_time_is_not_dropped, a_connection_is_upgraded,
            }
        })*
    };
}

/// Cases that take the address of a server with long timeouts.
macro_rules! serving {
    ($module:ident: $($case:ident),* $(,)?) => {
        mod $module {
            use super::{ON, Server, patient};
            $(#[test] fn $case() {
                let server = Server::start(ON, patient());
                crate::$module::$case(server.addr);
            })*
        }
    };
}

/// Cases that start their own server.
macro_rules! starting {
    ($module:ident as $name:ident: $($case:ident),* $(,)?) => {
        mod $name {
            use super::ON;
            $(#[test] fn $case() { crate::$module::$case(ON); })*
        }
    };
}
on_every_executor! {
    tokio_threads: On::TokioThreads;
    tokio_current: On::TokioCurrent;
    smol_global: On::Smol;
    threads: On::Threads;
}
