//! The service on SQLite: what its clients see.

mod support;

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    thread,
};

use support::{Example, Reply, request};

const BOB: &str = r#"{"name":"bob","password":"open sesame"}"#;
const ADA: &str = r#"{"name":"ada","password":"lovelace"}"#;

fn log_in(chain: &Example, credentials: &str) -> String {
    let reply = chain.send("POST", "/tokens", None, Some(credentials));
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.field("token").as_str().expect("a token").to_owned()
}

/// A service in which `bob` has signed up, and his token.
fn with_bob() -> (Example, String) {
    let chain = Example::start_with("chain", &[("REQUESTS_PER_MINUTE", "1000")]);
    assert_eq!(chain.send("POST", "/users", None, Some(BOB)).status, 201);
    let token = log_in(&chain, BOB);
    (chain, token)
}

#[track_caller]
fn check(reply: &Reply, status: u16, body: &str) {
    assert_eq!((reply.status, reply.body.as_str()), (status, body));
}

#[track_caller]
fn refused(reply: &Reply, status: u16, detail: &str) {
    assert_eq!((reply.status, reply.field("detail")), (status, detail.into()), "{reply:?}");
    assert!(reply.head.contains("content-type: application/problem+json"), "{reply:?}");
}

#[test]
fn a_user_signs_up_logs_in_and_is_known() {
    let (chain, token) = with_bob();
    let bob = r#"{"id":2,"name":"bob","role":"user","credits":100}"#;
    check(&chain.send("GET", "/me", Some(&token), None), 200, bob);
    // Logging in again replaces the token.
    let second = log_in(&chain, BOB);
    check(&chain.send("GET", "/me", Some(&second), None), 200, bob);
    refused(&chain.send("GET", "/me", Some(&token), None), 401, "this token is not, or no longer, valid");
}

#[test]
fn who_does_not_say_or_prove_who_he_is_gets_no_further() {
    let (chain, _) = with_bob();
    let reply = chain.get("/me");
    refused(&reply, 401, "expected `Authorization: Bearer <token>`");
    assert!(reply.head.contains("www-authenticate: bearer"), "{reply:?}");
    let wrong = chain.send("POST", "/tokens", None, Some(r#"{"name":"bob","password":"close sesame"}"#));
    refused(&wrong, 401, "no such name and password");
    let nobody = chain.send("POST", "/tokens", None, Some(r#"{"name":"eve","password":"open sesame"}"#));
    refused(&nobody, 401, "no such name and password");
    // The password that is checked for a user who is not there lets nobody in.
    let nobody = chain.send("POST", "/tokens", None, Some(r#"{"name":"eve","password":"nobody's password"}"#));
    refused(&nobody, 401, "no such name and password");
    refused(&chain.send("POST", "/users", None, Some(BOB)), 409, "this name is taken");
    let short = chain.send("POST", "/users", None, Some(r#"{"name":"eve","password":"x"}"#));
    assert_eq!(short.status, 422, "{short:?}");
    let partial = chain.send("POST", "/users", None, Some(r#"{"name":"eve"}"#));
    refused(&partial, 422, "the request has invalid inputs");
    assert_eq!(partial.field("errors")[0]["in"], "body", "{partial:?}");
}

#[test]
fn notes_are_added_listed_in_pages_read_and_deleted() {
    let (chain, token) = with_bob();
    for (id, text) in [(1, "buy milk"), (2, "call ada"), (3, "sleep")] {
        let reply = chain.send("POST", "/notes", Some(&token), Some(&format!(r#"{{"text":"{text}"}}"#)));
        check(&reply, 201, &format!(r#"{{"id":{id},"text":"{text}"}}"#));
        assert!(reply.head.contains(&format!("location: /notes/{id}")), "{reply:?}");
    }
    let list = |query: &str| chain.send("GET", &format!("/notes{query}"), Some(&token), None);
    check(&list("?limit=1&offset=1"), 200, r#"[{"id":2,"text":"call ada"}]"#);
    check(&list("?limit=2"), 200, r#"[{"id":1,"text":"buy milk"},{"id":2,"text":"call ada"}]"#);
    assert_eq!(list("?limit=x").field("errors")[0]["name"], "limit");

    let one = |method: &str, token: &str| chain.send(method, "/notes/2", Some(token), None);
    check(&one("GET", &token), 200, r#"{"id":2,"text":"call ada"}"#);
    let ada = log_in(&chain, ADA);
    refused(&one("GET", &ada), 404, "there is no such thing");
    refused(&one("DELETE", &ada), 404, "there is no such thing");
    check(&one("DELETE", &token), 204, "");
    refused(&one("GET", &token), 404, "there is no such thing");
}

#[test]
fn the_first_write_is_undone_when_the_second_fails() {
    let (chain, bob) = with_bob();
    let ada = log_in(&chain, ADA);
    let credits = |token: &str| chain.send("GET", "/me", Some(token), None).field("credits");
    let give = |order: &str| chain.send("POST", "/transfers", Some(&bob), Some(order));

    check(&give(r#"{"to":1,"amount":30}"#), 201, r#"{"to":1,"amount":30}"#);
    assert_eq!((credits(&bob), credits(&ada)), (70.into(), 130.into()));
    refused(&give(r#"{"to":1,"amount":1000}"#), 409, "you have too few credits");
    refused(&give(r#"{"to":2,"amount":1000}"#), 422, "a transfer is to another user");
    assert_eq!((credits(&bob), credits(&ada)), (70.into(), 130.into()));
}

#[test]
fn a_commit_that_fails_is_a_500_and_leaves_nothing_behind() {
    let (chain, bob) = with_bob();
    let reply = chain.send("POST", "/transfers", Some(&bob), Some(r#"{"to":99,"amount":5}"#));
    check(&reply, 500, r#"{"type":"about:blank","title":"Internal Server Error","status":500}"#);
    assert_eq!(chain.send("GET", "/me", Some(&bob), None).field("credits"), 100);
}

#[test]
fn only_admins_see_the_users() {
    let (chain, bob) = with_bob();
    assert_eq!(chain.get("/admin/users").status, 401);
    refused(&chain.send("GET", "/admin/users", Some(&bob), None), 403, "only for the role `admin`");
    let ada = log_in(&chain, ADA);
    let users =
        r#"[{"id":1,"name":"ada","role":"admin","credits":100},{"id":2,"name":"bob","role":"user","credits":100}]"#;
    check(&chain.send("GET", "/admin/users", Some(&ada), None), 200, users);
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let chain = Example::start_with("chain", &[("REQUESTS_PER_MINUTE", "3")]);
    chain.send("POST", "/users", None, Some(BOB));
    let bob = log_in(&chain, BOB);
    let ada = log_in(&chain, ADA);
    let asked: Vec<u16> = (0..4).map(|_| chain.send("GET", "/me", Some(&bob), None).status).collect();
    assert_eq!(asked, [200, 200, 200, 429]);
    let reply = chain.send("GET", "/me", Some(&bob), None);
    assert!(reply.head.contains("retry-after: "), "{reply:?}");
    assert_eq!(chain.send("GET", "/me", Some(&ada), None).status, 200);
}

#[test]
fn a_new_token_for_each_request_does_not_get_round_the_limit() {
    let chain = Example::start_with("chain", &[("REQUESTS_PER_MINUTE", "1")]);
    let guess = |token: usize| {
        let eve = r#"{"name":"eve","password":"open sesame"}"#;
        chain.send("POST", "/tokens", Some(&format!("token{token}")), Some(eve)).status
    };
    let guessed: Vec<u16> = (0..11).map(guess).collect();
    assert_eq!(guessed, [[401; 10].as_slice(), &[429]].concat());
}

#[test]
fn the_dashboard_gathers_its_three_sources() {
    let chain = Example::start("chain");
    let reply = chain.get("/dashboard");
    assert_eq!((reply.status, reply.field("weather"), reply.field("mail")), (200, "sunny".into(), 3.into()));
    // Each source takes 100 ms. That they overlap is for the engine's own tests to show, without a clock.
    assert!(reply.field("elapsed_ms").as_u64().is_some_and(|elapsed| elapsed >= 100), "{reply:?}");
}

#[test]
fn clients_that_vanish_take_no_connection_with_them() {
    // The database in memory has one connection: one that is lost stops the service.
    let (chain, bob) = with_bob();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(("127.0.0.1", chain.port)).expect("it accepts");
        let order = request("POST", "/transfers", Some(&bob), Some(r#"{"to":1,"amount":1}"#));
        stream.write_all(order.as_bytes()).expect("it reads");
    }
    let ada = log_in(&chain, ADA);
    let reply = chain.send("GET", "/admin/users", Some(&ada), None);
    assert_eq!(reply.status, 200, "{reply:?}");
    let users: Vec<serde_json::Value> = serde_json::from_str(&reply.body).expect("JSON");
    // However many of them were served, none was served by half.
    assert_eq!(users.iter().filter_map(|user| user["credits"].as_i64()).sum::<i64>(), 200, "{reply:?}");
}

#[test]
fn a_client_that_is_slow_with_its_body_keeps_nobody_waiting() {
    // The database in memory has one connection: a transaction that waits for a body stops the service.
    let (chain, bob) = with_bob();
    let eve = r#"{"name":"eve","password":"open sesame"}"#;
    for (path, token, body) in [("/users", None, eve), ("/notes", Some(&*bob), r#"{"text":"buy milk"}"#)] {
        let mut slow = TcpStream::connect(("127.0.0.1", chain.port)).expect("it accepts");
        let whole = request("POST", path, token, Some(body)).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
        let head = &whole[..whole.len() - body.len()];
        slow.write_all(head.as_bytes()).expect("it reads");
        // All that does not need the body is done: it is asked for.
        let asked = "HTTP/1.1 100 Continue\r\n\r\n";
        slow.read_exact(&mut vec![0; asked.len()]).expect("it goes on");
        assert_eq!(log_in(&chain, ADA).len(), 32);
        // Nobody had to wait until the server was tired of it.
        slow.write_all(body.as_bytes()).expect("it reads");
        let mut reply = String::new();
        slow.read_to_string(&mut reply).expect("it answers");
        assert!(reply.starts_with("HTTP/1.1 201"), "{reply}");
    }
}

#[test]
fn a_file_outlives_the_process_and_takes_writers_in_turn() {
    let file = std::env::temp_dir().join(format!("chain-{}.db", std::process::id()));
    let url = format!("sqlite:{}", file.display());
    let start = || Example::start_with("chain", &[("DATABASE_URL", &url), ("REQUESTS_PER_MINUTE", "1000")]);
    let chain = start();
    assert_eq!(chain.send("POST", "/users", None, Some(BOB)).status, 201);
    let bob = log_in(&chain, BOB);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let reply = chain.send("POST", "/transfers", Some(&bob), Some(r#"{"to":1,"amount":1}"#));
                    assert_eq!(reply.status, 201, "{reply:?}");
                }
            });
        }
    });
    drop(chain);
    let chain = start();
    assert_eq!(chain.send("GET", "/me", Some(&bob), None).field("credits"), 60);
    drop(chain);
    let _ = fs::remove_file(file);
}

#[test]
fn the_lines_that_it_prints_work_as_written() {
    let source = include_str!("../chain/main.rs");
    let script = source.split_once("in order:\n").and_then(|(_, rest)| rest.split_once("\"#;")).expect("the lines").0;
    let chain = Example::start("chain");
    let script = script.replace("ADDRESS", &format!("127.0.0.1:{}", chain.port));
    let Some(printed) = support::shell(&script) else { return };
    let mut rest = printed.as_str();
    for expected in [
        r#"{"id":2,"name":"bob","role":"user","credits":100}"#,
        r#"{"id":2,"name":"bob","role":"user","credits":100}"#,
        r#"{"id":1,"text":"buy milk"}"#,
        r#"{"id":2,"text":"call ada"}"#,
        r#"[{"id":2,"text":"call ada"}]"#,
        r#"{"id":1,"text":"buy milk"}"#,
        "HTTP/1.1 204 No Content",
        r#"{"to":1,"amount":30}"#,
        "409",
        "500",
        r#""credits":70}"#,
        "403",
        r#"[{"id":1,"name":"ada","role":"admin","credits":130}"#,
        r#"{"weather":"sunny","mail":3,"news":["all is well"]"#,
        "200 ",
        "HTTP/1.1 429 Too Many Requests",
        "retry-after: ",
    ] {
        let (_, after) = rest.split_once(expected).unwrap_or_else(|| panic!("`{expected}` is not in: {rest}"));
        rest = after;
    }
}
