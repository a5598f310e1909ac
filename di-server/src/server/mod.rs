//! How does a service meet the network? This module is the engine: it accepts connections, drives each with hyper over
//! HTTP/1.1 or HTTP/2 with prior knowledge, bounds them in time and size, and stops gracefully.
//!
//! ```text
//! Listener ──accept──▶ Connection (one task) ──▶ detect ──▶ http1 | http2 ──▶ App::call
//!     │                    │   ▲                                                 │
//!     │                    │   └── Watch: a few atomics ◀── io, calls, clock ────┘
//!     └── run: stops on `shutdown`, drains through the Registry, cuts at the deadline
//! ```
//!
//! The executor is a parameter: connections and HTTP/2 streams are spawned through [`Runtime`], sockets come from a
//! [`Listener`]. The modules `tokio` and `smol`, behind the cargo features of those names, ship both for these two.
//!
//! # Defaults
//!
//! | setting | default | applies to | past it |
//! |---|---|---|---|
//! | [`header_read_timeout`](Config::header_read_timeout) | 10 s | HTTP/1, and the first request of HTTP/2 | 408 and close; a plain close if nothing was sent |
//! | [`keep_alive_timeout`](Config::keep_alive_timeout) | 5 s | both, between requests | graceful close (HTTP/2: GOAWAY) |
//! | [`write_timeout`](Config::write_timeout) | 60 s | both, while the peer reads nothing | connection dropped; an HTTP/2 stream that it holds back is reset |
//! | [`max_header_bytes`](Config::max_header_bytes) | 64 KiB | HTTP/1 head, HTTP/2 header list | 431 |
//! | [`max_headers`](Config::max_headers) | 100 | HTTP/1 | 431 |
//! | [`tcp_nodelay`](Config::tcp_nodelay) | on | TCP | |
//! | [`backlog`](Config::backlog) | 1024 | listening socket | the kernel refuses or delays |
//! | [`max_connections`](Config::max_connections) | none | both | not accepted until another closes |
//! | [`shutdown_timeout`](Config::shutdown_timeout) | 30 s | both | connections dropped, and a warning counts them |
//! | [`http1`](Config::http1), [`http2`](Config::http2) | on, on | | connection closed |
//! | [`half_close`](Config::half_close) | off | HTTP/1 | a client that closes its sending half cancels its request |
//! | [`max_concurrent_streams`](Config::max_concurrent_streams) | 200 | HTTP/2, per connection | stream refused |
//! | [`http2_ping_interval`](Config::http2_ping_interval) | 20 s | HTTP/2 | a PING goes out |
//! | [`http2_ping_timeout`](Config::http2_ping_timeout) | 20 s | HTTP/2 | connection closed |
//!
//! # Timeouts
//!
//! A request pays for no clock and no timer. A thread ticks at a fifth of the shortest timeout, between 10 ms and 1 s, and
//! compares counters of all open connections; so the limits above hold to within one tick, never early. `Duration::MAX`
//! switches a timeout off. Timeouts end with an upgrade: the socket then belongs to whoever upgraded.
//!
//! Over HTTP/2, what a peer sends between requests, such as PINGs, keeps no connection open. `write_timeout` holds for each stream too: one
//! of whose response the peer takes no piece, of at most 16 KiB, is reset, whatever it does with others.

mod accept;
mod call;
mod config;
mod connection;
mod detect;
mod hosts;
mod io;
mod layered;
mod listener;
mod pace;
mod registry;
mod rt;
mod service;
#[cfg(any(feature = "smol", feature = "tokio"))]
mod signals;
mod stream;
mod watch;

#[cfg(feature = "smol")]
pub mod smol;
#[cfg(feature = "tls")]
pub mod tls;
#[cfg(feature = "tokio")]
pub mod tokio;

#[cfg(feature = "websocket")]
pub(crate) use call::Busy;

pub use accept::{run, run_with};
pub use config::Config;
pub use hosts::{HostLabel, Hosts};
pub use layered::{Layered, LayeredFuture};
pub use listener::{Listener, bind};
pub use service::{App, BoxError, BoxFuture, Runtime};
