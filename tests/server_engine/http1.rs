//! HTTP/1 on raw sockets. The cases take the address of a server with the configuration
//! [`patient`](crate::harness::patient); those about timeouts start their own, on the executor they are given. No case
//! asks for an upper bound of time: a machine that stalls must not fail it.

use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::client::{Client, PATIENCE, request};
use crate::harness::{On, Server, eventually, patient};
use crate::server::Config;

const MS: Duration = Duration::from_millis(1);

pub fn a_connection_serves_several_requests(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    for _ in 0..3 {
        let reply = client.get("/hello");
        assert_eq!((reply.status, reply.body.as_str()), (200, "hello"));
        assert!(reply.head.contains("\r\ndate: "), "{}", reply.head);
    }
}

pub fn the_peer_is_known(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    assert_eq!(client.get("/peer").body, client.stream.local_addr().expect("bound").to_string());
}

pub fn responses_of_all_sizes_come_in_order(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    for round in 0..3 {
        for _ in 0..6 {
            assert_eq!(client.get("/hello").body, "hello", "round {round}");
        }
        assert_eq!(client.get("/large").body, "large ".repeat(100_000));
        let upload = "x".repeat(100_000);
        client.send(format!("POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n\r\n{upload}", upload.len()));
        assert_eq!(client.reply().body, upload);
    }
}

pub fn many_pipelined_requests_are_answered(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    let paths: Vec<_> = (0..200).map(|n| if n == 150 { "/large" } else { "/hello" }).collect();
    let mut sender = client.stream.try_clone().expect("a handle");
    let requests: String = paths.iter().map(|path| request(path)).collect();
    let sending = std::thread::spawn(move || sender.write_all(requests.as_bytes()));
    for path in paths {
        let expected = if path == "/large" { "large ".repeat(100_000) } else { "hello".to_owned() };
        assert_eq!(client.reply().body, expected);
    }
    sending.join().expect("no panic").expect("writable");
}

pub fn pipelined_requests_are_answered_in_order(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    client.send(["/sleep/50", "/hello", "/missing", "/hello"].map(request).concat());
    let replies: Vec<_> = (0..4).map(|_| client.reply()).map(|reply| (reply.status, reply.body)).collect();
    let expected = [(200, "slept"), (200, "hello"), (404, ""), (200, "hello")];
    assert_eq!(replies, expected.map(|(status, body)| (status, body.to_owned())));
}

pub fn a_head_in_single_bytes_is_understood(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    for byte in request("/hello").bytes() {
        client.send([byte]);
    }
    assert_eq!(client.reply().body, "hello");
}

pub fn what_has_no_body_is_sent_without_one(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    for (method, path, length) in [
        ("GET", "/status?204", None),
        ("GET", "/status?205", Some("0")),
        ("GET", "/status?304", None),
        ("HEAD", "/status?404", Some("4")),
        ("HEAD", "/hello", Some("5")),
        ("HEAD", "/missing", None),
    ] {
        client.send(format!("{method} {path} HTTP/1.1\r\nhost: test\r\n\r\n"));
        let head = client.head();
        let found = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        assert_eq!(found, length, "{method} {path}: {head}");
    }
    assert_eq!(client.get("/hello").body, "hello", "nothing lies in between");
}

/// What is sent beyond its length would be read as the next response.
pub fn a_length_that_is_not_the_bodys_is_corrected(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    for lengths in ["4", "2", "100", "0", "4,4", "4,5", "-1", "x"] {
        client.send(request(&format!("/length?{lengths}")));
        let reply = client.reply();
        assert_eq!(reply.body, "body", "{lengths}");
        assert_eq!(reply.head.matches("content-length: ").count(), 1, "{lengths}: {}", reply.head);
        client.send(format!("HEAD /length?{lengths} HTTP/1.1\r\nhost: test\r\n\r\n"));
        assert!(client.head().contains("\r\ncontent-length: 4\r\n"), "{lengths}");
    }
    assert_eq!(client.get("/hello").body, "hello", "nothing lies in between");
}

pub fn what_the_target_names_is_the_host(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    client.send("GET http://real.example:81/host HTTP/1.1\r\nhost: other\r\n\r\n");
    assert_eq!(client.reply().body, "real.example:81");
    client.send("GET http://user@real.example/host HTTP/1.1\r\nhost: real.example\r\n\r\n");
    assert_eq!(client.reply().status, 400);
}

pub fn a_coded_body_is_not_understood(addr: SocketAddr) {
    for (codings, status) in
        [(&["chunked"][..], 200), (&["Chunked "], 200), (&["gzip, chunked"], 501), (&["gzip", "chunked"], 501)]
    {
        let codings: String = codings.iter().map(|coding| format!("transfer-encoding: {coding}\r\n")).collect();
        let mut client = Client::connect(addr);
        client.send(format!("POST /echo HTTP/1.1\r\nhost: test\r\n{codings}\r\n5\r\nhello\r\n0\r\n\r\n"));
        assert_eq!(client.reply().status, status, "{codings}");
    }
}

pub fn http_1_0_closes_after_the_response(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    client.send("GET /hello HTTP/1.0\r\n\r\n");
    assert_eq!(client.reply().status, 200);
    client.closed();
}

pub fn behaviour_37_an_idle_connection_is_closed(on: On) {
    let server = Server::start(on, patient().keep_alive_timeout(300 * MS));
    let start = Instant::now();
    let mut client = Client::connect(server.addr);
    client.get("/hello");
    client.closed();
    assert!(start.elapsed() >= 300 * MS, "{:?}", start.elapsed());
}

/// Whether `case` holds, which does something every `unit` on a connection that may rest for three of them. A machine that
/// stalls for longer has the server close it with good reason; then the case is played again, more slowly.
pub fn holds_at_some_pace(on: On, config: fn(Duration) -> Config, case: fn(SocketAddr, Duration) -> Option<()>) {
    let held = [100, 400, 1600].iter().any(|&ms| {
        let server = Server::start(on, config(ms * MS * 3));
        case(server.addr, ms * MS).is_some()
    });
    assert!(held);
}

pub fn requests_keep_a_connection_from_being_idle(on: On) {
    holds_at_some_pace(
        on,
        |idle| patient().keep_alive_timeout(idle),
        |addr, unit| {
            let mut client = Client::connect(addr);
            for _ in 0..6 {
                std::thread::sleep(unit);
                client.stream.write_all(request("/hello").as_bytes()).ok()?;
                client.fill().then(|| client.reply())?;
            }
            Some(())
        },
    );
}

pub fn a_slow_handler_is_not_idle(on: On) {
    let server = Server::start(on, patient().keep_alive_timeout(100 * MS));
    assert_eq!(Client::connect(server.addr).get("/sleep/500").body, "slept");
}

pub fn a_response_with_pauses_is_not_idle(on: On) {
    let server = Server::start(on, patient().keep_alive_timeout(100 * MS));
    assert_eq!(Client::connect(server.addr).get("/pauses").body, "xxx");
}

pub fn an_upload_that_outlives_its_response_is_received(on: On) {
    holds_at_some_pace(
        on,
        |idle| patient().header_read_timeout(idle).keep_alive_timeout(idle),
        |addr, unit| {
            let mut client = Client::connect(addr);
            client.stream.write_all(b"POST /upload HTTP/1.1\r\nhost: test\r\ncontent-length: 15\r\n\r\n").ok()?;
            client.fill().then(|| client.reply())?;
            for _ in 0..15 {
                std::thread::sleep(unit);
                client.stream.write_all(b"x").ok()?;
            }
            client.closed();
            (Client::connect(addr).get("/uploaded").body == "15").then_some(())
        },
    );
}

pub fn a_silent_connection_is_closed(on: On) {
    let server = Server::start(on, patient().header_read_timeout(300 * MS));
    let start = Instant::now();
    Client::connect(server.addr).closed();
    assert!(start.elapsed() >= 300 * MS, "{:?}", start.elapsed());
}

/// Sends a byte at a time, and never the end of the head, until the server answers.
#[track_caller]
fn trickle(client: &mut Client) {
    client.send("GET / HTTP/1.1\r\nx: ");
    client.stream.set_read_timeout(Some(50 * MS)).expect("settable");
    eventually("a slow head is answered", || {
        let _ = client.stream.write_all(b"y");
        client.stream.peek(&mut [0]).is_ok()
    });
    client.stream.set_read_timeout(Some(PATIENCE)).expect("settable");
}

pub fn a_slow_head_is_answered_with_408(on: On) {
    let server = Server::start(on, patient().header_read_timeout(300 * MS));
    let start = Instant::now();
    let mut client = Client::connect(server.addr);
    trickle(&mut client);
    assert!(start.elapsed() >= 300 * MS, "{:?}", start.elapsed());
    assert_eq!(client.reply().status, 408);
    client.closed();
}

pub fn a_slow_second_head_is_answered_with_408(on: On) {
    let server = Server::start(on, patient().header_read_timeout(300 * MS));
    let mut client = Client::connect(server.addr);
    client.get("/hello");
    trickle(&mut client);
    assert_eq!(client.reply().status, 408);
    client.closed();
}

pub fn a_slow_preface_is_answered_with_408(on: On) {
    let server = Server::start(on, patient().header_read_timeout(300 * MS));
    let mut client = Client::connect(server.addr);
    client.send("PRI * HT");
    assert_eq!(client.reply().status, 408);
    client.closed();
}

pub fn a_head_too_large_is_answered_with_431(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    let _ = client.stream.write_all(format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(70_000)).as_bytes());
    assert_eq!(client.reply().status, 431);
    client.closed();
}

pub fn a_head_just_small_enough_is_served(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    client.send(format!("GET /hello HTTP/1.1\r\nhost: test\r\nx: {}\r\n\r\n", "y".repeat(65_000)));
    assert_eq!(client.reply().status, 200);
}

pub fn a_hundred_headers_are_served_and_one_more_is_not(addr: SocketAddr) {
    let headers = |count: usize| format!("GET /hello HTTP/1.1\r\nhost: test\r\n{}\r\n", "x: y\r\n".repeat(count - 1));
    let mut client = Client::connect(addr);
    client.send(headers(100));
    assert_eq!(client.reply().status, 200);
    client.send(headers(101));
    assert_eq!(client.reply().status, 431);
    client.closed();
}

pub fn malformed_requests_are_answered_with_400(addr: SocketAddr) {
    for bytes in
        ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n", "GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n"]
    {
        let mut client = Client::connect(addr);
        client.send(bytes);
        assert_eq!(client.reply().status, 400, "{bytes:?}");
        client.closed();
    }
}

pub fn a_request_names_one_host(addr: SocketAddr) {
    for (version, hosts, status) in [
        ("1.1", &["test"][..], 200),
        ("1.1", &["[::1]:80"], 200),
        ("1.1", &["t%C3%A4st.example:8000"], 200),
        ("1.1", &[""], 200),
        ("1.0", &[], 200),
        ("1.1", &[], 400),
        ("1.1", &["a", "a"], 400),
        ("1.0", &["a", "b"], 400),
        ("1.1", &["a b"], 400),
        ("1.1", &["a/b"], 400),
        ("1.1", &["x@a"], 400),
        ("1.1", &["t\u{e4}st"], 400),
    ] {
        let hosts: String = hosts.iter().map(|host| format!("host: {host}\r\n")).collect();
        let mut client = Client::connect(addr);
        client.send(format!("GET /hello HTTP/{version}\r\n{hosts}\r\n"));
        assert_eq!(client.reply().status, status, "{version} {hosts}");
        if status == 400 {
            client.closed();
        }
    }
}

pub fn a_body_is_read(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    client.send("POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\n\r\nhello");
    assert_eq!(client.reply().body, "hello");
    client.send(
        "POST /echo HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    );
    assert_eq!(client.reply().body, "abcde");
}

pub fn a_slow_body_is_no_slow_head(on: On) {
    let server = Server::start(on, patient().header_read_timeout(300 * MS));
    let mut client = Client::connect(server.addr);
    client.send("POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: 12\r\n\r\n");
    for _ in 0..12 {
        std::thread::sleep(100 * MS);
        client.send("x");
    }
    assert_eq!(client.reply().status, 200);
}

pub fn continue_is_sent_when_the_body_is_read(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    client.send("POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n");
    assert_eq!(client.reply().status, 100);
    client.send("hello");
    assert_eq!(client.reply().body, "hello");
}

pub fn continue_is_not_sent_when_the_body_is_ignored(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    client.send("POST /ignore HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n");
    assert_eq!(client.reply().status, 200);
}

pub fn a_body_nobody_reads_is_not_buffered(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    client.send("POST /gate HTTP/1.1\r\nhost: test\r\ncontent-length: 1000000000\r\n\r\n");
    client.stream.set_write_timeout(Some(200 * MS)).expect("settable");
    let piece = vec![0; 1 << 20];
    let mut sent = 0;
    // The kernel's own buffers take a few megabytes.
    while sent < 64 {
        if client.stream.write_all(&piece).is_err() {
            break;
        }
        sent += 1;
    }
    assert!(sent < 16, "{sent} MiB went out");
}

pub fn a_response_before_the_end_of_the_body_is_not_lost(addr: SocketAddr) {
    let mut client = Client::connect(addr);
    // More than the kernel's own buffers take: somebody has to read it.
    let body = vec![0; 32 << 20];
    client.send(format!("POST /ignore HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n\r\n", body.len()));
    client.send(body);
    assert_eq!(client.reply().body, "ignored");
    client.closed();
}

pub fn a_body_without_an_end_is_not_read_for_ever(on: On) {
    let server = Server::start(on, patient());
    let mut client = Client::connect(server.addr);
    client.send("POST /ignore HTTP/1.1\r\nhost: test\r\ncontent-length: 1000000000\r\n\r\n");
    assert_eq!(client.reply().status, 200);
    eventually("it is closed", || client.stream.write_all(b"x").is_err());
}

pub fn a_panic_ends_its_connection_alone(addr: SocketAddr) {
    let mut other = Client::connect(addr);
    assert_eq!(other.get("/hello").status, 200);
    let mut client = Client::connect(addr);
    client.send(request("/panic"));
    client.closed();
    assert_eq!(other.get("/hello").status, 200);
    assert_eq!(Client::connect(addr).get("/hello").status, 200);
}

pub fn an_upgraded_connection_outlives_the_timeouts(on: On) {
    let server = Server::start(on, patient().header_read_timeout(700 * MS).keep_alive_timeout(100 * MS));
    let mut client = Client::connect(server.addr);
    client.send("GET /upgrade HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
    assert_eq!(client.reply().status, 101);
    std::thread::sleep(1000 * MS);
    client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
    assert!(client.fill(), "echoed");
    client.closed_after_echo();
}

impl Client {
    fn closed_after_echo(&mut self) {
        while self.fill() {}
    }
}
