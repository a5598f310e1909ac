//! Starting and stopping. These cases make their own server, on the executor they are given.

use std::io::Read;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::client::{Client, PATIENCE, request};
use crate::harness::{On, Server, eventually, patient};
use crate::http2;

const MS: Duration = Duration::from_millis(1);

pub fn behaviour_38_shutdown_lets_requests_finish_and_closes_idle_connections(on: On) {
    let server = Server::start(on, patient());
    let (mut fresh, mut idle, mut busy) =
        (Client::connect(server.addr), Client::connect(server.addr), Client::connect(server.addr));
    idle.get("/hello");
    busy.send(request("/gate"));
    server.await_running(1);
    server.shutdown();
    idle.closed();
    fresh.closed();
    assert!(TcpStream::connect(server.addr).is_err(), "still listening");
    server.open_the_gate();
    let reply = busy.reply();
    assert_eq!(reply.body, "through");
    assert!(reply.head.contains("connection: close"), "{}", reply.head);
    busy.closed();
    server.join();
}

pub fn shutdown_without_connections_returns_at_once(on: On) {
    let server = Server::start(on, patient());
    Client::connect(server.addr).get("/hello");
    server.shutdown();
    server.join();
}

pub fn behaviour_38_the_deadline_cuts_what_is_left(on: On) {
    let server = Server::start(on, patient().shutdown_timeout(300 * MS));
    let mut busy = Client::connect(server.addr);
    busy.send(request("/gate"));
    server.await_running(1);
    let start = Instant::now();
    server.shutdown();
    busy.closed();
    assert!(start.elapsed() >= 300 * MS, "{:?}", start.elapsed());
    server.await_running(0);
    server.join();
}

pub fn a_second_signal_stops_at_once(on: On) {
    let server = Server::start(on, patient());
    let mut busy = Client::connect(server.addr);
    busy.send(request("/gate"));
    server.await_running(1);
    server.shutdown();
    eventually("the server stops listening", || TcpStream::connect(server.addr).is_err());
    server.stop_now();
    busy.closed();
    server.await_running(0);
    server.join();
}

pub fn shutdown_lets_http2_streams_finish(on: On) {
    let server = Server::start(on, patient());
    let outcome = http2::during(&server, || {
        server.shutdown();
        eventually("the server stops listening", || TcpStream::connect(server.addr).is_err());
        server.open_the_gate();
    });
    assert_eq!(outcome.expect("served"), "through");
    server.join();
}

pub fn the_deadline_cuts_http2_streams(on: On) {
    let server = Server::start(on, patient().shutdown_timeout(300 * MS));
    assert!(http2::during(&server, || server.shutdown()).is_err());
    server.await_running(0);
    server.join();
}

pub fn a_client_that_leaves_cancels_its_request(on: On) {
    let server = Server::start(on, patient());
    let mut client = Client::connect(server.addr);
    client.send(request("/gate"));
    server.await_running(1);
    drop(client);
    server.await_running(0);
}

pub fn a_half_closed_client_is_answered_only_if_configured(on: On) {
    for (half_close, expected) in [(false, false), (true, true)] {
        let server = Server::start(on, patient().half_close(half_close));
        let mut client = Client::connect(server.addr);
        client.send(request("/gate"));
        client.half_close();
        if half_close {
            // So that the server has seen it.
            std::thread::sleep(100 * MS);
            server.open_the_gate();
        }
        assert_eq!(client.fill(), expected, "half_close: {half_close}");
    }
}

pub fn a_client_whose_body_nobody_reads_cancels_its_request(on: On) {
    let server = Server::start(on, patient());
    let mut client = Client::connect(server.addr);
    client.send("POST /gate HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\n\r\nbody");
    server.await_running(1);
    drop(client);
    server.await_running(0);
}

pub fn a_client_that_half_closes_ends_the_response_it_reads(on: On) {
    let server = Server::start(on, patient());
    let mut client = Client::connect(server.addr);
    client.send(request("/endless"));
    client.head();
    server.await_running(1);
    client.half_close();
    server.await_running(0);
}

pub fn what_comes_while_a_request_waits_is_the_next_one(on: On) {
    let server = Server::start(on, patient());
    let mut client = Client::connect(server.addr);
    client.send(request("/gate"));
    server.await_running(1);
    let next = format!("POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: 5000\r\n\r\n{}", "x".repeat(5000));
    // In pieces, which the server reads, or does not read, one by one.
    for piece in next.as_bytes().chunks(400) {
        client.send(piece);
        std::thread::sleep(5 * MS);
    }
    server.open_the_gate();
    assert_eq!(client.reply().body, "through");
    assert_eq!(client.reply().body, "x".repeat(5000));
}

/// A client that has asked a server whose connections are at their limit, and is not answered yet.
fn waiting(server: &Server) -> Client {
    let mut client = Client::connect(server.addr);
    client.send(request("/hello"));
    client.stream.set_read_timeout(Some(300 * MS)).expect("settable");
    assert!(client.stream.read(&mut [0]).is_err(), "answered past the limit");
    client.stream.set_read_timeout(Some(PATIENCE)).expect("settable");
    client
}

pub fn connections_past_the_limit_wait(on: On) {
    let server = Server::start(on, patient().max_connections(Some(2)));
    let mut open = [Client::connect(server.addr), Client::connect(server.addr)];
    for client in &mut open {
        assert_eq!(client.get("/hello").status, 200);
    }
    let mut third = waiting(&server);
    drop(open);
    assert_eq!(third.reply().status, 200);
}

pub fn an_upgraded_connection_counts_towards_the_limit(on: On) {
    let server = Server::start(on, patient().max_connections(Some(1)));
    let mut upgraded = Client::connect(server.addr);
    upgraded.send("GET /upgrade HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
    assert_eq!(upgraded.reply().status, 101);
    let mut second = waiting(&server);
    drop(upgraded);
    assert_eq!(second.reply().status, 200);
}

pub fn a_peer_that_reads_nothing_is_dropped(on: On) {
    let server = Server::start(on, patient().write_timeout(300 * MS));
    let mut client = Client::connect(server.addr);
    client.send(request("/endless"));
    server.await_running(1);
    server.await_running(0);
    server.shutdown();
    server.join();
}

pub fn protocols_can_be_switched_off(on: On) {
    let server = Server::start(on, patient().http2(false));
    assert!(http2::serves_http1(server.addr));
    assert!(!http2::serves_http2(server.addr));
    let server = Server::start(on, patient().http1(false));
    assert!(!http2::serves_http1(server.addr));
    assert!(http2::serves_http2(server.addr));
}

pub fn keep_alive_of_zero_closes_after_each_response(on: On) {
    let server = Server::start(on, patient().keep_alive_timeout(Duration::ZERO));
    let mut client = Client::connect(server.addr);
    assert_eq!(client.get("/sleep/100").status, 200);
    client.closed();
}
