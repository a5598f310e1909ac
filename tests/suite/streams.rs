//! What happens to a body that is sent piece by piece?

use std::{
    pin::Pin,
    task::{Context, Waker},
    time::Duration,
};

use di_server::{BoxError, prelude::*};
use futures_lite::stream;
use http_body::Body as _;
use http_body_util::BodyExt;

use crate::{
    executors::{Rt, on_every_executor},
    sockets::{client, connect, get as get_on_socket, read_until, send as send_on_socket, serve},
    support::{Broken, Counter, Log, Signal, get, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    given: Counter,
    #[container(input)]
    dropped: Signal,
    #[container(input)]
    more: More,
}

/// Lets the second event come.
#[derive(Clone, Default)]
pub struct More(Signal);

/// Tells when it is dropped.
struct Telling(Signal);

impl Drop for Telling {
    fn drop(&mut self) {
        self.0.set();
    }
}

#[derive(serde::Serialize)]
pub struct Row {
    id: u32,
    text: &'static str,
}

fn row(id: u32) -> Row {
    Row { id, text: "a \"b\", c" }
}

#[get("/rows/{count}")]
async fn rows(count: Path<u32>) -> Ndjson<Row> {
    Ndjson::new(stream::iter((0..*count).map(row)))
}

#[get("/results")]
async fn results() -> Ndjson<u8> {
    Ndjson::new(stream::iter([Ok::<_, Broken>(1), Ok(2)]))
}

#[get("/paused")]
async fn paused() -> Ndjson<u8> {
    Ndjson::new(generate(async |mut out| {
        out.send(1).await;
        out.send(2).await;
        pause().await;
        out.send(3).await;
    }))
}

/// What is sent is made by another task.
#[get("/elsewhere")]
async fn elsewhere(executor: &Executor) -> Ndjson<u8> {
    let executor = executor.clone();
    Ndjson::new(generate(async move |mut out| {
        let sent = Signal::default();
        let done = sent.clone();
        executor.spawn(async move {
            for item in 1..=3 {
                out.send(item).await;
            }
            done.set();
        });
        sent.wait().await;
    }))
}

#[get("/csv/{count}")]
async fn csv(count: Path<u32>) -> (Attachment, Csv<Row>) {
    (Attachment::named("rows.csv"), Csv::new(stream::iter((0..*count).map(row))))
}

#[get("/raw")]
async fn raw() -> StreamBody {
    StreamBody::new(stream::iter(["a", "", "b"]))
}

#[get("/fails")]
async fn fails() -> Ndjson<u8> {
    Ndjson::new(generate(async |mut out| {
        out.send(1).await;
        Err::<(), BoxError>(Broken.into())
    }))
}

#[get("/fails/raw")]
async fn fails_raw() -> StreamBody {
    StreamBody::new(stream::iter([Ok("first"), Err(Broken), Ok("never")]))
}

#[get("/fails/at-once")]
async fn fails_at_once() -> StreamBody {
    StreamBody::new(stream::iter([Err::<&str, _>(Broken)]))
}

#[get("/fails/first/{after}")]
async fn fails_first(after: Path<u8>) -> Ndjson<u8> {
    let after = *after;
    Ndjson::new(generate(async move |mut out| {
        pause().await;
        for item in 0..after {
            out.send(item).await;
            pause().await;
        }
        Err::<(), BoxError>(Broken.into())
    }))
    .wait_for_first()
}

#[get("/waits/{kind}")]
async fn waits(kind: Path<u8>) -> Response {
    match *kind {
        0 => StreamBody::new(stream::iter(["a", "b"])).wait_for_first().into_response(),
        1 => Csv::new(stream::iter((0..2).map(row))).wait_for_first().into_response(),
        _ => Ndjson::<u8>::new(stream::iter([0; 0])).wait_for_first().into_response(),
    }
}

#[get("/panics")]
async fn panics() -> Ndjson<u8> {
    Ndjson::new(generate(async |mut out: Out<u8>| {
        out.send(1).await;
        panic!("on purpose");
    }))
}

/// Never ends and never waits.
#[get("/endless")]
async fn endless(given: &Counter, dropped: &Signal) -> StreamBody {
    let (given, telling) = (given.clone(), Telling(dropped.clone()));
    let piece = Bytes::from(vec![b'x'; 64 * 1024]);
    StreamBody::new(stream::repeat_with(move || {
        let _ = &telling;
        given.next();
        piece.clone()
    }))
}

/// Never ends, never waits, and gives nothing to be sent.
#[get("/empties")]
async fn empties(dropped: &Signal) -> StreamBody {
    let telling = Telling(dropped.clone());
    StreamBody::new(stream::repeat_with(move || {
        let _ = &telling;
        Bytes::new()
    }))
}

/// Items without end, which never wait.
#[get("/endless/rows")]
async fn endless_rows(dropped: &Signal) -> Ndjson<Row> {
    let telling = Telling(dropped.clone());
    Ndjson::new(generate(async move |mut out| {
        let _telling = telling;
        for id in 0.. {
            out.send(row(id)).await;
        }
    }))
}

/// Sends one event, then waits for ever.
#[get("/silent")]
async fn silent(dropped: &Signal) -> Sse {
    let telling = Telling(dropped.clone());
    Sse::new(generate(async move |mut out| {
        let _telling = telling;
        out.send(Event::data("hello").id(1)).await;
        std::future::pending::<()>().await;
    }))
    .without_keep_alive()
}

#[get("/events")]
async fn events(last: Option<LastEventId>, more: &More) -> Sse {
    let next = last.and_then(|last| last.parse::<u32>().ok()).map_or(1, |last| last + 1);
    let more = more.clone();
    Sse::new(generate(async move |mut out| {
        out.send(Event::data("a\nb").name("news").id(next)).await;
        more.0.wait().await;
        out.send(Event::json(&row(7))?).await;
        Ok::<(), serde_json::Error>(())
    }))
    .keep_alive(Duration::from_millis(10))
}

#[get("/hello")]
async fn hello() -> &'static str {
    "hello"
}

pub struct Cursor(u8);

#[provider(teardown_after_response = close)]
fn cursor() -> Cursor {
    Cursor(3)
}

async fn close(cursor: Cursor, _: &Outcome, log: &Log) {
    log.push(format_args!("close {}", cursor.0));
}

#[get("/held")]
async fn held(mut cursor: Held<Cursor>) -> Ndjson<u8> {
    Ndjson::new(generate(async move |mut out| {
        while cursor.0 > 0 {
            cursor.0 -= 1;
            out.send(cursor.0).await;
        }
    }))
}

#[get("/held/events")]
async fn held_events(mut cursor: Held<Cursor>) -> Sse {
    Sse::new(generate(async move |mut out| {
        cursor.0 += 1;
        out.send(Event::data(cursor.0)).await;
    }))
}

static TABLE: Table<App> = table![
    fails_first,
    waits,
    rows,
    results,
    paused,
    elsewhere,
    csv,
    raw,
    fails,
    fails_raw,
    fails_at_once,
    panics,
    endless,
    empties,
    endless_rows,
    silent,
    events,
    hello,
    held,
    held_events,
];

async fn app(rt: Rt) -> (Application<App>, di_server::Service) {
    let builder = App::builder().log(Log::default()).given(Counter::default()).dropped(Signal::default());
    let app = builder.more(More::default()).runtime(rt).build().await.unwrap();
    let service = app.service(&TABLE);
    (app, service)
}

/// The data of each frame of a body.
async fn frames(service: &di_server::Service, uri: &str) -> Vec<String> {
    let mut body = service.handle(request("GET", uri), None).await.into_body();
    let mut frames = Vec::new();
    while let Some(frame) = body.frame().await {
        let data = frame.expect("no error").into_data().expect("data");
        frames.push(String::from_utf8(data.to_vec()).expect("text"));
    }
    frames
}

async fn items_are_lines_of_json(rt: Rt) {
    let (_, service) = app(rt).await;
    let answer = get(&service, "/rows/2").await;
    answer.is(200, "{\"id\":0,\"text\":\"a \\\"b\\\", c\"}\n{\"id\":1,\"text\":\"a \\\"b\\\", c\"}\n");
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    get(&service, "/results").await.is(200, "1\n2\n");
    get(&service, "/rows/0").await.is(200, "");
}

async fn items_are_rows_of_csv(rt: Rt) {
    let (_, service) = app(rt).await;
    let answer = get(&service, "/csv/2").await;
    answer.is(200, "id,text\n0,\"a \"\"b\"\", c\"\n1,\"a \"\"b\"\", c\"\n");
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"rows.csv\""));
    get(&service, "/csv/0").await.is(200, "");
    let many = get(&service, "/csv/5000").await;
    assert_eq!((many.body.lines().count(), many.body.matches("id,text").count()), (5001, 1));
}

async fn another_task_may_send_what_a_function_generates(rt: Rt) {
    let (_, service) = app(rt).await;
    get(&service, "/elsewhere").await.is(200, "1\n2\n3\n");
}

async fn what_is_there_is_sent_in_one_piece_before_the_stream_waits(rt: Rt) {
    let (_, service) = app(rt).await;
    assert_eq!(frames(&service, "/paused").await, ["1\n2\n", "3\n"]);
    assert_eq!(frames(&service, "/raw").await, ["a", "b"], "nothing is not sent");
    let many = frames(&service, "/rows/2000").await;
    assert!(many.len() > 4 && many.iter().all(|frame| frame.len() < 9 * 1024), "{} frames", many.len());
    assert_eq!(many.concat().lines().count(), 2000);
}

async fn behaviour_15_a_stream_uses_what_is_torn_down_after_it(rt: Rt) {
    let (app, service) = app(rt).await;
    for (uri, body, log) in [("/held", "2\n1\n0\n", "close 0"), ("/held/events", "data: 4\n\n", "close 4")] {
        get(&service, uri).await.is(200, body);
        app.idle().await;
        assert_eq!(app.log.take(), [log]);
        // Nobody looks at the body.
        drop(service.handle(request("GET", uri), None).await);
        send(&service, request("HEAD", uri)).await.is(200, "");
        app.idle().await;
        assert_eq!(app.log.take(), ["close 3", "close 3"]);
    }
}

async fn behaviour_30_a_stream_that_never_waits_gives_others_a_turn(rt: Rt) {
    let (_, service) = app(rt).await;
    for uri in ["/endless", "/empties", "/endless/rows"] {
        let mut body = service.handle(request("GET", uri), None).await.into_body();
        let mut cx = Context::from_waker(Waker::noop());
        for _ in 0..3 {
            let in_a_row = (0..100).take_while(|_| Pin::new(&mut body).poll_frame(&mut cx).is_ready()).count();
            assert!(in_a_row < 100, "{uri}: {in_a_row}");
        }
    }
}

async fn behaviour_30_a_stream_that_never_waits_ends_when_its_client_goes_away(rt: Rt) {
    for uri in ["/endless", "/endless/rows"] {
        let (app, _) = app(rt.clone()).await;
        let address = serve(&rt, &app, &TABLE);
        client(move || {
            let mut stream = connect(address);
            send_on_socket(&mut stream, uri, "");
            read_until(&mut stream, |read| read.len() > 300_000);
            // Meanwhile others are served.
            assert!(get_on_socket(address, "/hello").ends_with("hello"));
        })
        .await;
        app.dropped.wait().await;
    }
}

async fn behaviour_30_a_stream_that_waits_ends_when_its_client_goes_away(rt: Rt) {
    for uri in ["/silent", "/empties"] {
        let (app, _) = app(rt.clone()).await;
        let address = serve(&rt, &app, &TABLE);
        client(move || {
            let mut stream = connect(address);
            send_on_socket(&mut stream, uri, "");
            let sent = if uri == "/silent" { "hello\nid: 1\n\n" } else { "\r\n\r\n" };
            read_until(&mut stream, |read| String::from_utf8_lossy(read).contains(sent));
            assert!(get_on_socket(address, "/hello").ends_with("hello"));
        })
        .await;
        app.dropped.wait().await;
    }
}

async fn behaviour_36_a_stream_goes_no_faster_than_its_client(rt: Rt) {
    let (app, _) = app(rt.clone()).await;
    let address = serve(&rt, &app, &TABLE);
    let given = app.given.clone();
    client(move || {
        let mut stream = connect(address);
        send_on_socket(&mut stream, "/endless", "");
        read_until(&mut stream, |read| read.len() > 1000);
        let mut before = 0;
        // Until what lies between is full: then no request of others sees more.
        while before != given.count() {
            before = given.count();
            assert!(before < 2048, "{before} pieces of 64 KiB have been given to a client that reads nothing");
            for _ in 0..20 {
                get_on_socket(address, "/hello");
            }
        }
    })
    .await;
    app.dropped.wait().await;
}

async fn behaviour_35_a_stream_that_fails_ends_its_connection(rt: Rt) {
    let (app, _) = app(rt.clone()).await;
    let address = serve(&rt, &app, &TABLE);
    client(move || {
        for (uri, told) in
            [("/fails", "\r\n1\n"), ("/fails/raw", "first"), ("/fails/at-once", "200 OK"), ("/panics", "")]
        {
            let mut stream = connect(address);
            send_on_socket(&mut stream, uri, "");
            let read = read_until(&mut stream, |_| false);
            let text = String::from_utf8_lossy(&read);
            assert!(text.matches("HTTP/1.1").count() <= 1, "never a second status: {text}");
            assert!(text.contains(told), "what comes before goes out: {text}");
            assert!(!text.contains("\r\n0\r\n"), "what was sent is not the whole: {text}");
            assert!(get_on_socket(address, "/hello").ends_with("hello"));
        }
        assert!(get_on_socket(address, "/rows/1").ends_with("\r\n0\r\n\r\n"), "a whole body ends");
    })
    .await;
}

async fn behaviour_35_a_stream_that_fails_before_any_output_may_be_a_500(rt: Rt) {
    let (_, service) = app(rt).await;
    let answer = get(&service, "/fails/first/0").await;
    answer.is_status(500);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let begun = service.handle(request("GET", "/fails/first/2"), None).await;
    assert_eq!(
        (begun.status().as_u16(), &begun.headers()["content-type"]),
        (200, &"application/x-ndjson".parse().unwrap())
    );
    assert!(begun.into_body().collect().await.is_err());
    get(&service, "/waits/0").await.is(200, "ab");
    get(&service, "/waits/1").await.is(200, "id,text\n0,\"a \"\"b\"\", c\"\n1,\"a \"\"b\"\", c\"\n");
    get(&service, "/waits/2").await.is(200, "");
}

/// Over HTTP/2 a client ends one stream, and the connection goes on.
async fn behaviour_30_a_stream_of_http2_ends_when_it_is_reset(rt: Rt) {
    for uri in ["/endless", "/endless/rows", "/empties", "/silent"] {
        let (app, _) = app(rt.clone()).await;
        let address = serve(&rt, &app, &TABLE);
        client(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                use hyper_util::rt::{TokioExecutor, TokioIo};
                let io = TokioIo::new(tokio::net::TcpStream::connect(address).await.expect("connects"));
                let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), io);
                let (mut sender, connection) = handshake.await.expect("speaks HTTP/2");
                tokio::spawn(connection);
                let request = |uri: &str| {
                    let request = http::Request::get(format!("http://test{uri}"));
                    request.body(http_body_util::Empty::<Bytes>::new()).expect("a request")
                };
                let mut body = sender.send_request(request(uri)).await.expect("answered").into_body();
                if uri != "/empties" {
                    assert!(body.frame().await.expect("a frame").is_ok());
                }
                drop(body);
                sender.ready().await.expect("the connection goes on");
                let hello = sender.send_request(request("/hello")).await.expect("answered").into_body();
                assert_eq!(hello.collect().await.expect("whole").to_bytes(), "hello");
            });
        })
        .await;
        app.dropped.wait().await;
    }
}

/// The data of the next frame of a body.
async fn text(body: &mut Body) -> String {
    let frame = body.frame().await.expect("a frame").expect("no error");
    String::from_utf8(frame.into_data().expect("data").to_vec()).expect("text")
}

async fn events_are_sent_as_they_come_with_comments_between(rt: Rt) {
    let (app, service) = app(rt).await;
    let response = service.handle(request("GET", "/events"), None).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-cache");
    let mut body = response.into_body();
    assert_eq!(text(&mut body).await, "data: a\ndata: b\nevent: news\nid: 1\n\n");
    assert_eq!(text(&mut body).await, ":\n\n");
    assert_eq!(text(&mut body).await, ":\n\n");
    app.more.0.set();
    let rest = body.collect().await.expect("no error").to_bytes();
    let rest = std::str::from_utf8(&rest).expect("text");
    let last = "data: {\"id\":7,\"text\":\"a \\\"b\\\", c\"}\n\n";
    assert!(rest.strip_suffix(last).expect(rest).split_terminator("\n\n").all(|comment| comment == ":"), "{rest}");
}

async fn a_client_that_comes_again_says_what_it_has_got(rt: Rt) {
    let (app, service) = app(rt).await;
    app.more.0.set();
    for (header, id) in [(Some("7"), "id: 8\n"), (Some("junk"), "id: 1\n"), (Some(""), "id: 1\n"), (None, "id: 1\n")] {
        let mut request = request("GET", "/events");
        if let Some(header) = header {
            request.headers_mut().insert("last-event-id", header.parse().unwrap());
        }
        let answer = send(&service, request).await;
        assert!(answer.body.contains(id), "{header:?}: {}", answer.body);
    }
    let mut request = request("GET", "/events");
    request.headers_mut().insert("last-event-id", HeaderValue::from_bytes(b"\xff").unwrap());
    send(&service, request).await.is_status(400);
}

async fn a_generating_function_that_outlives_its_stream_does_not_wait_for_ever(_: Rt) {
    let mut kept = None;
    let mut generated = Box::pin(generate::<u8, _, _>(async |out| kept = Some(out)));
    assert!(stream::StreamExt::next(&mut generated).await.is_none());
    drop(generated);
    kept.expect("it ran").send(1).await;
}

on_every_executor![
    items_are_lines_of_json,
    items_are_rows_of_csv,
    another_task_may_send_what_a_function_generates,
    what_is_there_is_sent_in_one_piece_before_the_stream_waits,
    behaviour_15_a_stream_uses_what_is_torn_down_after_it,
    behaviour_30_a_stream_that_never_waits_gives_others_a_turn,
    behaviour_30_a_stream_that_never_waits_ends_when_its_client_goes_away,
    behaviour_30_a_stream_that_waits_ends_when_its_client_goes_away,
    behaviour_36_a_stream_goes_no_faster_than_its_client,
    behaviour_35_a_stream_that_fails_ends_its_connection,
    behaviour_35_a_stream_that_fails_before_any_output_may_be_a_500,
    behaviour_30_a_stream_of_http2_ends_when_it_is_reset,
    events_are_sent_as_they_come_with_comments_between,
    a_client_that_comes_again_says_what_it_has_got,
    a_generating_function_that_outlives_its_stream_does_not_wait_for_ever,
];
