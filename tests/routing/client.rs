//! Does the client of tests send what it is told, and say what it got?

use std::panic::AssertUnwindSafe;

use di_server::{
    Multipart,
    prelude::*,
    testing::{FormData, TestEvent},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::executors::{Rt, on_every_executor};

#[derive(Container)]
pub struct App {}

#[derive(Serialize, Deserialize)]
pub struct Note {
    text: String,
    tags: Vec<u8>,
}

#[post("/json")]
async fn as_json(note: Json<Note>) -> Json<Note> {
    note
}

#[post("/form")]
async fn as_form(note: Form<Note>) -> String {
    format!("{} {:?}", note.text, note.tags)
}

#[post("/multipart")]
async fn as_multipart(mut form: Multipart) -> Result<String, di_server::MultipartError> {
    let mut seen = String::new();
    while let Some(field) = form.next_field().await? {
        let (name, file) = (field.name().unwrap_or("?").to_owned(), field.file_name().map(str::to_owned));
        let ty = field.content_type().map(ToString::to_string);
        seen += &format!("{name} {file:?} {ty:?} {}; ", field.bytes().await?.len());
    }
    Ok(seen)
}

#[get("/visits")]
async fn visits(visits: Option<Cookie<u32>>, cookies: &mut Cookies) -> String {
    let visits = visits.map_or(0, |visits| visits.0) + 1;
    cookies.add(SetCookie::build(("visits", visits.to_string())));
    cookies.add(SetCookie::build(("elsewhere", "x")).path("/other"));
    visits.to_string()
}

#[get("/other/seen")]
async fn seen(headers: &HeaderMap) -> String {
    headers.get("cookie").and_then(|cookie| cookie.to_str().ok()).unwrap_or("none").to_owned()
}

#[post("/forget")]
async fn forget(cookies: &mut Cookies) {
    cookies.remove("visits");
}

#[get("/numbers")]
async fn numbers() -> Ndjson<u32> {
    Ndjson::new(futures_util::stream::iter([1_u32, 2, 3]))
}

#[get("/events")]
async fn events() -> Sse {
    let events = [Event::data("a\nb").id("7"), Event::data("c").name("end")];
    Sse::new(futures_util::stream::iter(events))
}

#[post("/count")]
async fn count(mut body: BodyStream) -> Result<String, BodyError> {
    let mut chunks = Vec::new();
    while let Some(chunk) = body.chunk().await? {
        chunks.push(chunk.len());
    }
    Ok(format!("{chunks:?}"))
}

#[get("/empty")]
async fn empty() -> NoContent {
    NoContent
}

#[get("/host")]
async fn host(headers: &HeaderMap, client: ConnectInfo) -> String {
    format!("{} {}", headers.contains_key("host"), client.0.ip())
}

/// Sets a cookie before the head goes out.
pub struct Opened;

#[provider]
fn opened(cookies: &mut Cookies) -> Opened {
    cookies.add(SetCookie::build(("opened", "1")));
    Opened
}

/// Says who the client is, and what it says.
#[websocket("/echo")]
async fn echo(mut socket: WebSocket, client: ConnectInfo, _opened: &Opened) -> Result<(), WebSocketError> {
    socket.send(client.0.to_string()).await?;
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

static TABLE: Table<App> =
    table![as_json, as_form, as_multipart, visits, seen, forget, numbers, events, count, empty, host, echo];

async fn client(rt: Rt) -> TestClient<App> {
    TestClient::new(App::builder().runtime(rt).build().await.expect("nothing is built"), &TABLE)
}

async fn bodies_go_out_in_each_form(rt: Rt) {
    all_bodies(&client(rt).await).await;
}

async fn all_bodies(client: &TestClient<App>) {
    let note = Note { text: "a & \u{e9}".to_owned(), tags: vec![1, 2] };
    client.post(as_json::uri()).json(&note).await.assert_json(&json!({"text": "a & \u{e9}", "tags": [1, 2]}));
    client.post(as_form::uri()).form(&note).await.assert_text("a & \u{e9} [1, 2]");
    let form = FormData::new().text("a\"b", "c").file("file", "x.bin", "image/png", [0_u8, 255, 13, 10]);
    let answer = client.post(as_multipart::uri()).multipart(form).await;
    answer.assert_text(r#"a%22b None None 1; file Some("x.bin") Some("image/png") 4; "#);
    client.post(as_form::uri()).json(&note).await.assert_status(415);
}

async fn a_client_keeps_cookies_if_it_is_told_to(rt: Rt) {
    let client = client(rt).await;
    client.get("/visits").await.assert_text("1");
    client.get("/visits").await.assert_text("1");
    let client = client.cookies();
    for visit in ["1", "2", "3"] {
        client.get("/visits").await.assert_text(visit);
    }
    assert_eq!(client.cookie("visits").as_deref(), Some("3"));
    let seen = client.get("/other/seen").cookie("own", "1").await;
    assert!(seen.text().starts_with("own=1; ") && seen.text().contains("elsewhere=x"), "{seen}");
    client.get("/visits").cookie("visits", "40").await.assert_text("41");
    client.post("/forget").await;
    assert_eq!(client.cookie("visits"), None);
    client.get("/visits").await.assert_text("1");
}

async fn streams_are_read_piece_by_piece(rt: Rt) {
    all_streams(&client(rt).await).await;
}

async fn all_streams(client: &TestClient<App>) {
    let mut numbers = client.get(numbers::uri()).streaming().await;
    assert_eq!(numbers.assert_status(200).headers()["content-type"], "application/x-ndjson");
    assert_eq!(numbers.item::<u32>().await, Some(1));
    assert_eq!(numbers.line().await.as_deref(), Some("2"));
    numbers.finish().await.assert_text("3\n");
    let mut events = client.get("/events").streaming().await;
    let first = TestEvent { event: "message".to_owned(), data: "a\nb".to_owned(), id: Some("7".to_owned()) };
    assert_eq!(events.event().await, Some(first));
    assert_eq!(events.event().await.map(|event| (event.event, event.data)), Some(("end".to_owned(), "c".to_owned())));
    assert_eq!(events.event().await, None);
    let chunks = [&b"abc"[..], b"de"].map(Bytes::from_static);
    client.post("/count").stream(futures_util::stream::iter(chunks)).await.assert_text("[3, 2]");
}

/// What an assertion says that does not hold.
fn said(assertion: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(AssertUnwindSafe(assertion)).expect_err("the assertion does not hold");
    panic.downcast_ref::<String>().expect("a message").clone()
}

async fn a_failing_assertion_shows_the_whole_answer(rt: Rt) {
    let client = client(rt).await;
    let note = Note { text: "a".to_owned(), tags: vec![1, 2] };
    let answer = client.post("/json?x=1").json(&note).await;
    let whole = "`POST /json?x=1`, answered with 200 OK:\ncontent-type: application/json\n";
    let status = said(|| _ = answer.assert_status(404));
    assert!(status.starts_with("expected status 404 from `POST /json?x=1`"), "{status}");
    assert!(status.contains(whole) && status.ends_with("\n{\"text\":\"a\",\"tags\":[1,2]}"), "{status}");
    let header = said(|| _ = answer.assert_header("content-type", "text/plain"));
    assert!(
        header.contains("expected header `content-type: text/plain`, found Some(\"application/json\")"),
        "{header}"
    );
    let json = said(|| _ = answer.assert_json(&json!({"text": "b", "tags": [1, 3, 4], "a/b": null})));
    let differences = "the JSON differs:\n  /a~1b: expected null, and there is nothing\n  /tags/1: expected 3, got 2\n  \
                       /tags/2: expected 4, and there is nothing\n  /text: expected \"b\", got \"a\"\nin the answer to `POST";
    assert!(json.starts_with(differences), "{json}");
    let more = said(|| _ = answer.assert_json(&json!({"text": "a", "tags": [1]})));
    assert!(more.contains("  /tags/1: expected nothing, got 2\n"), "{more}");
    let whole = said(|| _ = answer.assert_json(&json!(1)));
    assert!(whole.contains("  the whole: expected 1, got {"), "{whole}");
    let empty = client.get("/empty").await;
    assert!(said(|| _ = empty.assert_text("x")).ends_with("(no body)"));
}

#[tokio::test]
async fn over_a_socket_the_server_answers() {
    let client = client(Rt::current_tokio()).await.over_socket().await;
    let address = client.address().expect("a server");
    client.get(host::uri()).await.assert_text("true 127.0.0.1");
    all_bodies(&client).await;
    all_streams(&client).await;
    let long = "x".repeat(100 * 1024);
    client.get("/host").header("long", &long).await.assert_status(431);
    client.shutdown().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

async fn a_websocket_comes_from_somewhere(rt: Rt) {
    let client = client(rt).await.cookies();
    client.websocket("/echo").connect().await.assert_text("127.0.0.1:50000").await;
    let elsewhere = client.websocket("/echo").peer(([192, 0, 2, 1], 7).into());
    elsewhere.connect().await.assert_text("192.0.2.1:7").await;
    assert_eq!(client.cookie("opened").as_deref(), Some("1"));
}

#[tokio::test]
async fn over_a_socket_websockets_go_to_the_server() {
    let client = client(Rt::current_tokio()).await.cookies().over_socket().await;
    let mut socket = client.websocket("/echo").connect().await;
    let peer: std::net::SocketAddr = socket.text().await.parse().expect("an address");
    assert!(peer.ip().is_loopback() && peer.port() != 50_000, "{peer}");
    socket.send("hello").await;
    socket.assert_text("hello").await;
    socket.close(1000, "").await;
    assert_eq!(client.cookie("opened").as_deref(), Some("1"));
    client.websocket("/host").refused().await.assert_text("true 127.0.0.1");
    client.websocket("/nothing").refused().await.assert_status(404);
    client.shutdown().await;
}

#[tokio::test]
async fn over_a_socket_cookies_are_kept_as_well() {
    let client = client(Rt::current_tokio()).await.cookies().over_socket().await;
    client.get("/visits").await.assert_text("1");
    client.get("/visits").await.assert_text("2");
}

#[tokio::test]
async fn over_a_socket_what_is_replaced_later_is_replaced() {
    let client = client(Rt::current_tokio()).await.cookies().over_socket().await;
    client.get("/visits").await.assert_text("1");
    let client = client.provide::<ConnectInfo>(|| ConnectInfo(([192, 0, 2, 1], 7).into()));
    client.get(host::uri()).await.assert_text("true 192.0.2.1");
    let client = client.clear_overrides();
    client.get(host::uri()).await.assert_text("true 127.0.0.1");
    client.get("/visits").await.assert_text("2");
    client.shutdown().await;
}

on_every_executor![
    bodies_go_out_in_each_form,
    a_client_keeps_cookies_if_it_is_told_to,
    streams_are_read_piece_by_piece,
    a_websocket_comes_from_somewhere,
    a_failing_assertion_shows_the_whole_answer,
];
