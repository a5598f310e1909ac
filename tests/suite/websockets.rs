//! Websockets on real sockets, frame by frame, over HTTP/1.1 and HTTP/2.

use std::{
    future::Future,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use bytes::Bytes;
use di_server::{Forward, Service, prelude::*, server::Config};
use http::{Method, Request};
use http_body_util::Empty;
use hyper::{ext::Protocol, upgrade::Upgraded};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower_http::{set_header::SetResponseHeaderLayer, trace::TraceLayer};

use crate::{
    executors::{Rt, on_every_executor},
    sockets::{client, connect, serve, serve_until},
    support::{Log, Signal},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    opened: Signal,
}

pub struct Session;

#[provider(teardown = finish)]
fn session() -> Session {
    Session
}

fn finish(_: Session, outcome: &Outcome, log: &Log) {
    log.push(format_args!("{outcome:?}"));
}

#[websocket("/echo", protocols = ["echo"])]
async fn echo(mut socket: WebSocket, opened: &Signal, _session: &Session) -> Result<(), WebSocketError> {
    opened.set();
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

#[websocket("/pings", ping = 1)]
async fn pings(mut socket: WebSocket, _session: &Session) -> Result<(), WebSocketError> {
    while socket.recv().await?.is_some() {}
    Ok(())
}

#[websocket("/deaf")]
async fn deaf(socket: WebSocket, opened: &Signal, _session: &Session) {
    opened.set();
    std::future::pending::<()>().await;
    drop(socket);
}

/// Sends more than the connection holds.
#[websocket("/flood")]
async fn flood(mut socket: WebSocket, opened: &Signal, _session: &Session) {
    opened.set();
    while socket.send(vec![0; 1 << 20]).await.is_ok() {}
}

#[get("/")]
async fn home() -> &'static str {
    "home"
}

static TABLE: Table<App> = table![
    echo,
    pings,
    deaf,
    flood,
    home,
    group(
        "/layered",
        layers = [
            TraceLayer::new_for_http(),
            SetResponseHeaderLayer::overriding(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        ],
        echo
    ),
];

/// An application that hands requests on to another.
#[derive(Container)]
pub struct Outer {
    #[container(input)]
    inner: Service,
}

#[fallback("/inner", container = Outer)]
async fn hand_on(request: Forward, inner: &Service) -> Response {
    request.to(inner.clone()).await
}

static OUTER: Table<Outer> = table![hand_on];

const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

struct Case {
    app: Application<App>,
    log: Log,
    opened: Signal,
}

async fn case(rt: &Rt) -> Case {
    let (log, opened) = (Log::default(), Signal::default());
    let app = App::builder().log(log.clone()).opened(opened.clone()).runtime(rt.clone()).build().await.unwrap();
    Case { app, log, opened }
}

impl Case {
    /// What the teardowns have seen, once all sessions have ended.
    async fn outcomes(self) -> Vec<String> {
        self.app.idle().await;
        self.log.take()
    }
}

/// A frame of a client, whose mask changes nothing.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![kind];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | short as u8),
        medium @ 126..65536 => {
            frame.push(0x80 | 126);
            frame.extend((medium as u16).to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

fn goodbye(code: u16) -> Vec<u8> {
    frame(CLOSE, &code.to_be_bytes())
}

/// Opens a websocket, with more bytes behind the head; the response's head in lower case.
fn open(address: SocketAddr, path: &str, behind: &[u8]) -> (TcpStream, String) {
    let mut stream = connect(address);
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: test\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-protocol: echo\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), behind].concat()).expect("writable");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a whole head");
        head.push(byte[0]);
    }
    (stream, String::from_utf8(head).expect("ASCII").to_lowercase())
}

/// Reads a frame of the server.
fn next(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let mut head = [0; 2];
    stream.read_exact(&mut head).expect("a frame");
    let mut length = [0; 8];
    match head[1] {
        short @ 0..126 => length[7] = short,
        126 => stream.read_exact(&mut length[6..]).expect("its length"),
        _ => stream.read_exact(&mut length).expect("its length"),
    }
    let mut payload = vec![0; u64::from_be_bytes(length).try_into().expect("it fits")];
    stream.read_exact(&mut payload).expect("its payload");
    (head[0], payload)
}

/// Reads frames until the server closes; the code of its goodbye.
fn closed(stream: &mut TcpStream) -> u16 {
    loop {
        let (kind, payload) = next(stream);
        if kind == CLOSE {
            return u16::from_be_bytes([payload[0], payload[1]]);
        }
    }
}

fn hung_up(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0]), Ok(0) | Err(_))
}

async fn a_websocket_is_opened_and_closed_over_http_1(rt: Rt) {
    let case = case(&rt).await;
    let address = serve(&rt, &case.app, &TABLE);
    client(move || {
        let (mut stream, head) = open(address, "/echo", &[]);
        assert!(head.starts_with("http/1.1 101 switching protocols\r\n"), "{head}");
        assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
        assert!(head.contains("sec-websocket-protocol: echo\r\n"), "{head}");
        for byte in frame(TEXT, b"hello") {
            stream.write_all(&[byte]).expect("writable");
        }
        assert_eq!(next(&mut stream), (TEXT, b"hello".to_vec()));
        // In three fragments, and a ping between them.
        stream
            .write_all(&[frame(0x02, &[1]), frame(PING, b"?"), frame(0x00, &[2]), frame(0x80, &[3])].concat())
            .unwrap();
        assert_eq!(next(&mut stream), (PONG, b"?".to_vec()));
        assert_eq!(next(&mut stream), (BINARY, vec![1, 2, 3]));
        stream.write_all(&goodbye(1000)).expect("writable");
        assert_eq!(closed(&mut stream), 1000);
        assert!(hung_up(&mut stream));
    })
    .await;
    assert_eq!(case.outcomes().await, ["Closed { code: 1000 }"]);
}

/// Says something on a websocket, over both protocols, and closes it.
async fn talk(address: SocketAddr, path: &'static str, wanted: &'static str) {
    client(move || {
        let (mut stream, head) = open(address, path, &[]);
        assert!(head.starts_with("http/1.1 101 switching protocols\r\n") && head.contains(wanted), "{head}");
        stream.write_all(&frame(TEXT, b"hello")).expect("writable");
        assert_eq!(next(&mut stream), (TEXT, b"hello".to_vec()));
        stream.write_all(&goodbye(1000)).expect("writable");
        assert_eq!(closed(&mut stream), 1000);
        assert!(hung_up(&mut stream));
        on_tokio(async {
            let (mut stream, _connection) = open_http2(address, path).await;
            talk_http2(&mut stream).await;
        });
    })
    .await;
}

async fn a_websocket_is_opened_through_the_layers_of_its_group(rt: Rt) {
    let case = case(&rt).await;
    let address = serve(&rt, &case.app, &TABLE);
    talk(address, "/layered/echo", "\r\nx-frame-options: deny\r\n").await;
    assert_eq!(case.outcomes().await, ["Closed { code: 1000 }", "Closed { code: 4000 }"]);
}

async fn a_websocket_is_opened_by_an_application_that_a_request_is_handed_on_to(rt: Rt) {
    let case = case(&rt).await;
    let outer = Outer::builder().inner(case.app.service(&TABLE)).runtime(rt.clone()).build().await.unwrap();
    let address = serve(&rt, &outer, &OUTER);
    talk(address, "/inner/echo", "\r\nsec-websocket-protocol: echo\r\n").await;
    assert_eq!(case.outcomes().await, ["Closed { code: 1000 }", "Closed { code: 4000 }"]);
}

async fn frames_behind_the_handshake_are_read(rt: Rt) {
    let case = case(&rt).await;
    let address = serve(&rt, &case.app, &TABLE);
    client(move || {
        let (mut stream, _) = open(address, "/echo", &[frame(TEXT, b"early"), frame(CLOSE, b"")].concat());
        assert_eq!(next(&mut stream), (TEXT, b"early".to_vec()));
        assert_eq!(next(&mut stream), (CLOSE, Vec::new()));
    })
    .await;
    assert_eq!(case.outcomes().await, ["Closed { code: 1005 }"]);
}

async fn who_breaks_the_protocol_is_told_so(rt: Rt) {
    let case = case(&rt).await;
    let address = serve(&rt, &case.app, &TABLE);
    for (wrong, code) in [
        (vec![TEXT, 2, b'h', b'i'], 1002),
        (frame(0x80, b"of nothing"), 1002),
        (frame(0xc1, b"reserved"), 1002),
        (frame(TEXT, b"\xff"), 1007),
        // More comes than is ever read: the goodbye arrives all the same.
        (frame(BINARY, &vec![0; 3 * 1024 * 1024]), 1009),
        (frame(CLOSE, &[0, 1]), 1002),
    ] {
        let told = client(move || {
            let (mut stream, _) = open(address, "/echo", &[]);
            stream.write_all(&wrong).expect("writable");
            closed(&mut stream)
        });
        assert_eq!(told.await, code);
    }
    let codes = [1002, 1002, 1002, 1007, 1009, 1002].map(|code| format!("Closed {{ code: {code} }}"));
    assert_eq!(case.outcomes().await, codes);
}

async fn a_client_that_vanishes_ends_its_session(rt: Rt) {
    let case = case(&rt).await;
    let address = serve(&rt, &case.app, &TABLE);
    let vanished = client(move || drop(open(address, "/echo", &[])));
    vanished.await;
    case.opened.wait().await;
    assert_eq!(case.outcomes().await, ["Closed { code: 1006 }"]);
}

async fn a_peer_that_answers_no_ping_is_given_up(rt: Rt) {
    let case = case(&rt).await;
    let address = serve(&rt, &case.app, &TABLE);
    client(move || {
        let (mut stream, _) = open(address, "/pings", &[]);
        for _ in 0..2 {
            assert_eq!(next(&mut stream), (PING, Vec::new()));
            stream.write_all(&frame(PONG, b"")).expect("writable");
        }
        assert_eq!(next(&mut stream), (PING, Vec::new()));
        assert!(hung_up(&mut stream));
    })
    .await;
    assert_eq!(case.outcomes().await, ["Closed { code: 1006 }"]);
}

async fn a_peer_in_the_middle_of_a_message_is_not_silent(rt: Rt) {
    let case = case(&rt).await;
    let address = serve(&rt, &case.app, &TABLE);
    client(move || {
        let (mut stream, _) = open(address, "/pings", &[]);
        for part in frame(TEXT, &[b'x'; 600]).chunks(100) {
            stream.write_all(part).expect("writable");
            std::thread::sleep(Duration::from_millis(500));
        }
        stream.write_all(&goodbye(1000)).expect("writable");
        assert_eq!(closed(&mut stream), 1000);
    })
    .await;
    assert_eq!(case.outcomes().await, ["Closed { code: 1000 }"]);
}

async fn what_a_slow_peer_has_not_read_comes_before_the_goodbye(rt: Rt) {
    let case = case(&rt).await;
    let stop = Signal::default();
    let (address, stopped) = serve_until(&rt, &case.app, &TABLE, Config::default(), &stop);
    let opened = case.opened.clone();
    client(move || {
        let (mut stream, _) = open(address, "/flood", &[]);
        opened.block();
        // Until the connection is full, and then until the handler has been told of the stop.
        std::thread::sleep(Duration::from_millis(300));
        stop.set();
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(closed(&mut stream), 1001);
        stream.write_all(&goodbye(1001)).expect("writable");
        assert!(hung_up(&mut stream));
    })
    .await;
    stopped.wait().await;
    assert_eq!(case.outcomes().await, ["Closed { code: 1001 }"]);
}

async fn a_graceful_stop_says_goodbye_and_waits(rt: Rt) {
    let case = case(&rt).await;
    let stop = Signal::default();
    let (address, stopped) = serve_until(&rt, &case.app, &TABLE, Config::default(), &stop);
    let ended = stopped.clone();
    client(move || {
        let (mut stream, _) = open(address, "/echo", &[]);
        stop.set();
        assert_eq!(closed(&mut stream), 1001);
        assert!(!ended.is_set(), "the client's answer is waited for");
        stream.write_all(&goodbye(1001)).expect("writable");
        assert!(hung_up(&mut stream));
    })
    .await;
    stopped.wait().await;
    assert_eq!(case.outcomes().await, ["Closed { code: 1001 }"]);
}

async fn the_deadline_cuts_sessions_off(rt: Rt) {
    let case = case(&rt).await;
    let (stop, config) = (Signal::default(), Config::default().shutdown_timeout(Duration::from_millis(100)));
    let (address, stopped) = serve_until(&rt, &case.app, &TABLE, config, &stop);
    let opened = case.opened.clone();
    client(move || {
        let (mut stream, _) = open(address, "/deaf", &[]);
        opened.block();
        stop.set();
        assert_eq!(closed(&mut stream), 1001);
        assert!(hung_up(&mut stream));
    })
    .await;
    stopped.wait().await;
    assert_eq!(case.outcomes().await, ["Cancelled"]);
}

/// Opens a websocket over HTTP/2; what else is there has to live as long.
async fn open_http2(address: SocketAddr, path: &str) -> (TokioIo<Upgraded>, impl Sized) {
    let stream = tokio::net::TcpStream::connect(address).await.expect("connects");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    // Until the server's settings are there, among them that it takes extended `CONNECT`s.
    while !connection.is_extended_connect_protocol_enabled() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::spawn(connection);
    let request = Request::builder()
        .method(Method::CONNECT)
        .uri(format!("http://test{path}"))
        .header("sec-websocket-version", "13")
        .header("sec-websocket-protocol", "echo")
        .extension(Protocol::from_static("websocket"))
        .body(Empty::<Bytes>::new())
        .expect("valid");
    let response = sender.send_request(request).await.expect("answered");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["sec-websocket-protocol"], "echo");
    let upgraded = hyper::upgrade::on(response).await.expect("upgraded");
    (TokioIo::new(upgraded), sender)
}

async fn next_http2(stream: &mut TokioIo<Upgraded>) -> (u8, Vec<u8>) {
    let mut head = [0; 2];
    stream.read_exact(&mut head).await.expect("a frame");
    let mut payload = vec![0; head[1].into()];
    stream.read_exact(&mut payload).await.expect("its payload");
    (head[0], payload)
}

/// Says something that comes back, then goodbye.
async fn talk_http2(stream: &mut TokioIo<Upgraded>) {
    stream.write_all(&frame(TEXT, b"hello")).await.expect("writable");
    assert_eq!(next_http2(stream).await, (TEXT, b"hello".to_vec()));
    stream.write_all(&goodbye(4000)).await.expect("writable");
    assert_eq!(next_http2(stream).await, (CLOSE, 4000_u16.to_be_bytes().to_vec()));
}

/// A client on tokio, whatever the server runs on.
fn on_tokio<T>(job: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(job)
}

async fn a_websocket_is_opened_and_closed_over_http_2(rt: Rt) {
    let case = case(&rt).await;
    // A session keeps its connection, however long nothing is sent.
    let config = Config::default().keep_alive_timeout(Duration::from_millis(50));
    let address = serve_until(&rt, &case.app, &TABLE, config, &Signal::default()).0;
    let job = move || {
        on_tokio(async {
            let (mut stream, _connection) = open_http2(address, "/echo").await;
            tokio::time::sleep(Duration::from_millis(400)).await;
            talk_http2(&mut stream).await;
            assert_eq!(stream.read(&mut [0]).await.expect("an end of the stream"), 0);
        });
    };
    client(job).await;
    assert_eq!(case.outcomes().await, ["Closed { code: 4000 }"]);
}

async fn a_graceful_stop_says_goodbye_over_http_2(rt: Rt) {
    let case = case(&rt).await;
    let stop = Signal::default();
    let (address, stopped) = serve_until(&rt, &case.app, &TABLE, Config::default(), &stop);
    let job = move || {
        on_tokio(async {
            let (mut stream, _connection) = open_http2(address, "/echo").await;
            stop.set();
            assert_eq!(next_http2(&mut stream).await, (CLOSE, 1001_u16.to_be_bytes().to_vec()));
            stream.write_all(&goodbye(1001)).await.expect("writable");
            assert_eq!(stream.read(&mut [0]).await.expect("an end of the stream"), 0);
        });
    };
    client(job).await;
    stopped.wait().await;
    assert_eq!(case.outcomes().await, ["Closed { code: 1001 }"]);
}

async fn what_opens_no_websocket_over_http_2_is_told_so(rt: Rt) {
    let case = case(&rt).await;
    let address = serve(&rt, &case.app, &TABLE);
    let job = move || {
        on_tokio(async {
            let stream = tokio::net::TcpStream::connect(address).await.expect("connects");
            let io = TokioIo::new(stream);
            let (mut sender, connection) =
                hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
            tokio::spawn(connection);
            let get = Request::get("http://test/echo").body(Empty::<Bytes>::new()).expect("valid");
            let response = sender.send_request(get).await.expect("answered");
            assert_eq!((response.status().as_u16(), response.headers().get("upgrade")), (426, None));
            for (path, protocol, status) in
                [("/echo", "chess", 426), ("/", "websocket", 405), ("/no", "websocket", 404)]
            {
                let connect = Request::builder()
                    .method(Method::CONNECT)
                    .uri(format!("http://test{path}"))
                    .header("sec-websocket-version", "13")
                    .extension(Protocol::from_static(protocol))
                    .body(Empty::<Bytes>::new())
                    .expect("valid");
                assert_eq!(sender.send_request(connect).await.expect("answered").status(), status, "{path} {protocol}");
            }
        });
    };
    client(job).await;
    assert_eq!(case.outcomes().await, [""; 0]);
}

/// axum serves on tokio alone.
#[test]
fn a_service_that_is_nested_in_axum_opens_websockets() {
    on_tokio(async {
        let case = case(&Rt::current_tokio()).await;
        let router = axum::Router::new().nest_service("/di", case.app.service(&TABLE));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(async { axum::serve(listener, router).await });
        client(move || {
            let (mut stream, head) = open(address, "/di/echo", &frame(TEXT, b"hello"));
            assert!(head.starts_with("http/1.1 101"), "{head}");
            assert_eq!(next(&mut stream), (TEXT, b"hello".to_vec()));
            stream.write_all(&goodbye(1000)).expect("writable");
            assert_eq!(closed(&mut stream), 1000);
        })
        .await;
        assert_eq!(case.outcomes().await, ["Closed { code: 1000 }"]);
    });
}

on_every_executor!(
    a_websocket_is_opened_and_closed_over_http_1,
    a_websocket_is_opened_through_the_layers_of_its_group,
    a_websocket_is_opened_by_an_application_that_a_request_is_handed_on_to,
    frames_behind_the_handshake_are_read,
    who_breaks_the_protocol_is_told_so,
    a_client_that_vanishes_ends_its_session,
    a_peer_that_answers_no_ping_is_given_up,
    a_peer_in_the_middle_of_a_message_is_not_silent,
    what_a_slow_peer_has_not_read_comes_before_the_goodbye,
    a_graceful_stop_says_goodbye_and_waits,
    the_deadline_cuts_sessions_off,
    a_websocket_is_opened_and_closed_over_http_2,
    a_graceful_stop_says_goodbye_over_http_2,
    what_opens_no_websocket_over_http_2_is_told_so,
);
