//! HTTP/2 with prior knowledge, with hyper's client.

use std::future::Future;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body::Body as _;
use http_body_util::{BodyExt, Empty, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::client::{Client, PATIENCE};
use crate::harness::{On, Server, patient};
use crate::http1::holds_at_some_pace;
use crate::server::Config;

type Sender = SendRequest<Full<Bytes>>;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { tokio::time::timeout(PATIENCE, future).await.expect("in time") })
}

/// Connects; the task ends with the connection.
async fn connect(addr: SocketAddr) -> (Sender, tokio::task::JoinHandle<hyper::Result<()>>) {
    let stream = tokio::net::TcpStream::connect(addr).await.expect("connects");
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    (sender, tokio::spawn(connection))
}

async fn send(sender: &Sender, path: &str, body: &'static str) -> hyper::Result<(StatusCode, Bytes)> {
    let request = Request::post(format!("http://test{path}")).body(Full::from(body)).expect("valid");
    let response = sender.clone().send_request(request).await?;
    Ok((response.status(), response.into_body().collect().await?.to_bytes()))
}

pub fn prior_knowledge_is_served(addr: SocketAddr) {
    block_on(async {
        let (sender, _connection) = connect(addr).await;
        assert_eq!(send(&sender, "/echo", "hello").await.expect("served").1, "hello");
        // Where it is in HTTP/1.1.
        assert_eq!(send(&sender, "/host", "").await.expect("served").1, "test");
        let (first, second) = tokio::join!(send(&sender, "/meet", ""), send(&sender, "/meet", ""));
        assert_eq!(first.expect("served").1, "met");
        assert_eq!(second.expect("served").1, "met");
    });
}

pub fn what_has_no_body_is_sent_without_one(addr: SocketAddr) {
    block_on(async {
        let (mut sender, _connection) = connect(addr).await;
        for lengths in ["2", "100", "4,5"] {
            let (status, body) = send(&sender, &format!("/length?{lengths}"), "").await.expect("served");
            assert_eq!((status.as_u16(), &*body), (200, &b"body"[..]), "{lengths}");
        }
        for (method, path, length) in [
            ("GET", "/status?204", None),
            ("GET", "/status?205", None),
            ("GET", "/status?304", None),
            ("HEAD", "/status?204", None),
            ("HEAD", "/status?404", Some("4")),
            ("HEAD", "/hello", Some("5")),
            ("HEAD", "/missing", None),
        ] {
            let request = Request::builder().method(method).uri(format!("http://test{path}"));
            let request = request.body(Full::default()).expect("valid");
            let response = sender.send_request(request).await.expect("served");
            let (parts, body) = response.into_parts();
            assert!(body.is_end_stream(), "{method} {path}");
            let found = parts.headers.get("content-length").map(|length| length.to_str().expect("digits"));
            assert_eq!(found, length, "{method} {path}");
        }
        assert_eq!(send(&sender, "/status?200", "").await.expect("served").1, "body");
    });
}

pub fn an_idle_connection_goes_away(on: On) {
    let idle = Duration::from_millis(300);
    let server = Server::start(on, patient().keep_alive_timeout(idle));
    block_on(async {
        let start = Instant::now();
        let (sender, connection) = connect(server.addr).await;
        send(&sender, "/hello", "").await.expect("served");
        connection.await.expect("no panic").expect("a graceful close");
        assert!(start.elapsed() >= idle, "{:?}", start.elapsed());
    });
}

pub fn a_slow_handler_keeps_the_connection(on: On) {
    let server = Server::start(on, patient().keep_alive_timeout(Duration::from_millis(100)));
    block_on(async {
        let (sender, _connection) = connect(server.addr).await;
        assert_eq!(send(&sender, "/sleep/500", "").await.expect("served").1, "slept");
    });
}

pub fn a_response_with_pauses_keeps_the_connection(on: On) {
    let server = Server::start(on, patient().keep_alive_timeout(Duration::from_millis(100)));
    block_on(async {
        let (sender, _connection) = connect(server.addr).await;
        assert_eq!(send(&sender, "/pauses", "").await.expect("served").1, "xxx");
    });
}

pub fn what_is_no_final_status_is_a_500(addr: SocketAddr) {
    block_on(async {
        let (sender, _connection) = connect(addr).await;
        for path in ["/status?100", "/status?101", "/status?103"] {
            let (status, body) = send(&sender, path, "").await.expect("served");
            assert_eq!((status, &*body), (StatusCode::INTERNAL_SERVER_ERROR, &b""[..]), "{path}");
        }
    });
}

pub fn a_request_names_one_host(addr: SocketAddr) {
    block_on(async {
        let (mut sender, _connection) = connect(addr).await;
        for (uri, hosts, expected) in [
            ("http://test/hello", &[][..], 200),
            ("http://test/hello", &["test"], 200),
            ("http://test/hello", &["TEST"], 200),
            ("http://test/hello", &["other"], 400),
            ("http://test/hello", &["test", "test"], 400),
            ("http://user@test/hello", &[], 400),
        ] {
            let mut request = Request::get(uri).body(Full::default()).expect("valid");
            for host in hosts {
                request.headers_mut().append("host", host.parse().expect("a value"));
            }
            let response = sender.send_request(request).await.expect("answered");
            assert_eq!(response.status(), expected, "{uri} {hosts:?}");
        }
    });
}

/// A peer that reads the socket, and answers what it is asked there, may take nothing of a response, and go on with others.
pub fn a_stream_that_its_peer_holds_back_is_reset(on: On) {
    let limit = Duration::from_millis(300);
    let server = Server::start(on, patient().write_timeout(limit));
    block_on(async {
        let start = Instant::now();
        let stream = tokio::net::TcpStream::connect(server.addr).await.expect("connects");
        let mut client = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        let (mut sender, connection) =
            client.initial_stream_window_size(1000).handshake(TokioIo::new(stream)).await.expect("HTTP/2");
        let connection = tokio::spawn(connection);
        let request = Request::get("http://test/endless").body(Full::<Bytes>::default()).expect("valid");
        let mut held_back = sender.send_request(request).await.expect("answered").into_body();
        // Two of them run: the one that is held back, and the one that asks.
        while send(&sender, "/running", "").await.expect("served").1 == "2" {
            tokio::time::sleep(limit / 30).await;
        }
        assert!(start.elapsed() >= limit, "{:?}", start.elapsed());
        let error = loop {
            if let Err(error) = held_back.frame().await.expect("it has no end") {
                break error;
            }
        };
        assert!(format!("{error:?}").contains("CANCEL"), "{error:?}");
        assert!(!connection.is_finished());
    });
}

pub fn a_peer_that_takes_its_time_is_not_dropped(on: On) {
    let server = Server::start(on, patient().write_timeout(Duration::from_millis(500)));
    block_on(async {
        let (mut sender, _connection) = connect(server.addr).await;
        let request = Request::get("http://test/large").body(Full::default()).expect("valid");
        let mut body = sender.send_request(request).await.expect("answered").into_body();
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            length += frame.expect("not broken off").into_data().map_or(0, |data| data.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(length, 600_000);
    });
}

/// Nor is one that takes a chunk of 64 KiB piece by piece.
pub fn a_peer_that_takes_its_time_for_a_chunk_is_not_dropped(on: On) {
    holds_at_some_pace(
        on,
        |limit| patient().write_timeout(limit),
        |addr, unit| {
            block_on(async {
                let stream = tokio::net::TcpStream::connect(addr).await.ok()?;
                let mut client = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
                let (mut sender, connection) =
                    client.initial_stream_window_size(16 << 10).handshake(TokioIo::new(stream)).await.ok()?;
                let _connection = tokio::spawn(connection);
                let request = Request::get("http://test/endless").body(Full::<Bytes>::default()).expect("valid");
                let mut body = sender.send_request(request).await.ok()?.into_body();
                let mut length = 0;
                while length < 200_000 {
                    length += body.frame().await?.ok()?.into_data().map_or(0, |data| data.len());
                    tokio::time::sleep(unit).await;
                }
                Some(())
            })
        },
    );
}

/// Whatever a peer without requests sends, and though it does not obey, it does not stay.
pub fn a_peer_that_only_pings_is_dropped(on: On) {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0abcdefgh";
    let limit = Duration::from_millis(200);
    let server = Server::start(on, patient().header_read_timeout(limit).keep_alive_timeout(limit));
    let mut stream = std::net::TcpStream::connect(server.addr).expect("connects");
    stream.write_all(PREFACE).expect("taken");
    let (start, mut pings) = (Instant::now(), 0);
    while stream.write_all(PING).is_ok() {
        pings += 1;
        assert!(start.elapsed() < Duration::from_secs(30), "still there after {pings} PINGs");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(start.elapsed() >= limit, "{:?}", start.elapsed());
}

pub fn times_without_an_end_are_served(on: On) {
    let config = Config::default()
        .header_read_timeout(Duration::MAX)
        .keep_alive_timeout(Duration::MAX)
        .write_timeout(Duration::MAX)
        .http2_ping_interval(Some(Duration::MAX))
        .http2_ping_timeout(Duration::MAX);
    let server = Server::start(on, config);
    prior_knowledge_is_served(server.addr);
    assert_eq!(Client::connect(server.addr).get("/hello").status, 200);
}

pub fn a_panic_ends_its_stream_alone(addr: SocketAddr) {
    block_on(async {
        let (sender, _connection) = connect(addr).await;
        let (panicked, slept) = tokio::join!(send(&sender, "/panic", ""), send(&sender, "/sleep/100", ""));
        assert!(panicked.is_err());
        assert_eq!(slept.expect("served").1, "slept");
        assert_eq!(send(&sender, "/hello", "").await.expect("served").1, "hello");
    });
}

pub fn a_header_list_too_large_is_refused(addr: SocketAddr) {
    block_on(async {
        let (sender, _connection) = connect(addr).await;
        let request =
            Request::get("http://test/hello").header("x", "y".repeat(70_000)).body(Full::default()).expect("valid");
        match sender.clone().send_request(request).await {
            Ok(response) => assert_eq!(response.status(), 431),
            Err(error) => assert!(!error.is_closed(), "{error}"),
        }
        assert_eq!(send(&sender, "/hello", "").await.expect("served").1, "hello");
    });
}

/// Starts a request that waits at the gate, calls `meanwhile`, and gives the request's outcome.
pub fn during(server: &Server, meanwhile: impl FnOnce()) -> hyper::Result<Bytes> {
    block_on(async {
        let (sender, _connection) = connect(server.addr).await;
        let pending = tokio::spawn(async move { send(&sender, "/gate", "").await });
        while server.state.running.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        meanwhile();
        Ok(pending.await.expect("no panic")?.1)
    })
}

/// Whether a client that insists on HTTP/1 gets an answer.
pub fn serves_http1(addr: SocketAddr) -> bool {
    block_on(async {
        let stream = tokio::net::TcpStream::connect(addr).await.expect("connects");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake::<_, Empty<Bytes>>(TokioIo::new(stream)).await.expect("a socket");
        tokio::spawn(connection);
        sender.send_request(Request::get("/hello").body(Empty::new()).expect("valid")).await.is_ok()
    })
}

/// Whether a client that insists on HTTP/2 gets an answer.
pub fn serves_http2(addr: SocketAddr) -> bool {
    block_on(async {
        let (sender, _connection) = connect(addr).await;
        send(&sender, "/hello", "").await.is_ok()
    })
}
