//! How is a body read as it comes, and what is its limit?

use std::time::Duration;

use di_server::prelude::*;

use crate::{
    bodies::{Piece, pieces},
    executors::{Rt, on_every_executor},
    support::{Log, Signal, both, from_user, get, json, read, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    signal: Signal,
}

/// Takes a chunk, then waits for the signal before it takes the others.
#[post("/slowly")]
async fn slowly(mut body: BodyStream, log: &Log, signal: &Signal) -> Result<String, BodyError> {
    let first = body.chunk().await?;
    log.push(format_args!("{first:?}"));
    signal.wait().await;
    let mut length = first.map_or(0, |first| first.len());
    while let Some(chunk) = body.chunk().await? {
        length += chunk.len();
    }
    Ok(length.to_string())
}

#[post("/echo")]
async fn echo(body: Body) -> Body {
    body
}

#[post("/echo/stream")]
fn echo_stream(body: BodyStream) -> Response {
    Response::new(Body::stream(body))
}

#[post("/dropped")]
async fn dropped(body: BodyStream, log: &Log) -> &'static str {
    log.push("handler");
    drop(body);
    "dropped"
}

#[post("/large", body_limit = 4 * 5)]
async fn large(body: Bytes) -> String {
    body.len().to_string()
}

const SMALL: usize = 1 << 2;

#[post("/small", body_limit = SMALL)]
async fn small(mut body: BodyStream) -> Result<String, BodyError> {
    let limit = body.limit();
    while body.chunk().await?.is_some() {}
    Ok(limit.to_string())
}

#[route("/shifted", method = "PUT", body_limit = 1 << 1, inline)]
fn shifted(body: String) -> String {
    body
}

#[derive(Debug)]
pub struct User;

#[provider]
fn user(token: Bearer) -> User {
    let _ = token;
    User
}

#[post("/private")]
async fn private(body: BodyStream, user: &User) -> &'static str {
    let _ = (body, user);
    "read"
}

/// A body that is counted by the provider that reads it.
pub struct Length(usize);

#[provider]
async fn length(mut body: BodyStream) -> Result<Length, BodyError> {
    let mut length = 0;
    while let Some(chunk) = body.chunk().await? {
        length += chunk.len();
    }
    Ok(Length(length))
}

#[post("/length")]
fn counted(length: &Length) -> String {
    length.0.to_string()
}

static TABLE: Table<App> = table![
    slowly,
    echo,
    echo_stream,
    dropped,
    large,
    small,
    shifted,
    private,
    counted,
    group("/in", body_limit = 2 * 3, large, counted, group("/a", group("/group", body_limit = SMALL, counted))),
];

async fn service(rt: Rt) -> (di_server::Service, Log, Signal) {
    service_with(rt, Settings::default().body_limit(10)).await
}

async fn service_with(rt: Rt, settings: Settings) -> (di_server::Service, Log, Signal) {
    let (log, signal) = (Log::default(), Signal::default());
    let builder = App::builder().settings(settings).log(log.clone()).signal(signal.clone()).runtime(rt);
    (builder.build().await.expect("nothing is built").service(&TABLE), log, signal)
}

async fn behaviour_36_a_body_is_read_no_faster_than_the_handler_asks_for_it(rt: Rt) {
    use Piece::{Data, Trailers, Wait};
    let (service, log, signal) = service(rt).await;
    let (request, polls) = pieces("/slowly", [Wait, Data("a"), Data(""), Data("bc"), Wait, Data("d"), Trailers]);
    let wait = async {
        while log.take().is_empty() {
            crate::support::pause().await;
        }
        // One that waited, one with the data that the handler has asked for.
        assert_eq!(polls.count(), 2);
        signal.set();
    };
    let (answer, ()) = both(send(&service, request), wait).await;
    answer.is(200, "4");
}

async fn behaviour_36_what_is_not_asked_for_is_not_read(rt: Rt) {
    use Piece::{Break, Data};
    let (service, log, _) = service(rt).await;
    let (request, polls) = pieces("/dropped", [Data("a"), Break]);
    send(&service, request).await.is(200, "dropped");
    assert_eq!((polls.count(), log.take()), (0, vec!["handler".to_owned()]));
    let (request, polls) = pieces("/private", [Data("a"), Break]);
    send(&service, request).await.is_status(401);
    assert_eq!(polls.count(), 0);
    let (request, _) = pieces("/private", [Data("a")]);
    let (parts, body) = request.into_parts();
    let mut request = from_user("ada", http::Request::from_parts(parts, Body::empty())).map(|_| body);
    *request.uri_mut() = "/private".parse().expect("static");
    send(&service, request).await.is(200, "read");
}

async fn a_body_goes_out_as_it_comes_in(rt: Rt) {
    use Piece::{Break, Data, Wait};
    let (service, ..) = service(rt).await;
    for path in ["/echo", "/echo/stream"] {
        let (request, polls) = pieces(path, [Wait, Data("hello"), Data(" you")]);
        let response = service.handle(request, None).await;
        assert_eq!(polls.count(), 0, "the response is there before the body is");
        read(response).await.is(200, "hello you");
        send(&service, request_with(path, "")).await.is(200, "");
        send(&service, request_with(path, "whole")).await.is(200, "whole");
        let (request, _) = pieces(path, [Data("a"), Break]);
        let body = service.handle(request, None).await.into_body();
        let error = http_body_util::BodyExt::collect(body).await.expect_err("it breaks off");
        assert!(error.to_string().contains("broken"), "{error}");
    }
}

fn request_with(path: &str, body: &'static str) -> http::Request<Body> {
    request("POST", path).map(|_| Body::from(body))
}

#[track_caller]
fn names_the_limit(answer: &crate::support::Answer, limit: usize) {
    answer.is_status(413);
    assert!(answer.body.contains(&format!("larger than {limit} bytes")), "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
}

async fn behaviour_27_a_stream_has_a_limit_too(rt: Rt) {
    use Piece::{Break, Data, Wait};
    let (service, log, signal) = service(rt).await;
    signal.set();
    // One that says so itself is refused before the handler runs.
    let (request, polls) = pieces("/slowly", [Data("0")]);
    names_the_limit(&send(&service, request.map(|body| body.saying(11))).await, 10);
    assert_eq!((polls.count(), log.take()), (0, Vec::<String>::new()));
    let (request, polls) = pieces("/slowly", [Data("01234"), Wait, Data("56789"), Data("a"), Data("never read")]);
    names_the_limit(&send(&service, request).await, 10);
    assert_eq!(polls.count(), 4);
    let (request, _) = pieces("/slowly", [Data("01234"), Break]);
    send(&service, request).await.is_status(400);
    let (request, _) = pieces("/length", [Data("01234"), Wait, Data("56789")]);
    send(&service, request).await.is(200, "10");
    let (request, _) = pieces("/length", [Data("01234"), Wait, Data("567890")]);
    names_the_limit(&send(&service, request).await, 10);
}

async fn behaviour_27_a_group_may_have_a_limit_of_its_own(rt: Rt) {
    let (service, ..) = service(rt).await;
    for (path, limit) in [("/in/length", 6), ("/in/a/group/length", 4), ("/in/large", 20)] {
        let body = |len: usize| request("POST", path).map(|_| Body::from("x".repeat(len)));
        send(&service, body(limit)).await.is(200, &limit.to_string());
        names_the_limit(&send(&service, body(limit + 1)).await, limit);
    }
}

async fn behaviour_27_a_route_may_have_a_limit_of_its_own(rt: Rt) {
    use Piece::Data;
    let (service, ..) = service(rt).await;
    send(&service, request_with("/large", "01234567890123456789")).await.is(200, "20");
    names_the_limit(&send(&service, request_with("/large", "012345678901234567890")).await, 20);
    send(&service, request_with("/small", "0123")).await.is(200, "4");
    names_the_limit(&send(&service, request_with("/small", "01234")).await, 4);
    let (request, _) = pieces("/small", [Data("01"), Data("234")]);
    names_the_limit(&send(&service, request).await, 4);
    send(&service, json("PUT", "/shifted", "ab")).await.is(200, "ab");
    names_the_limit(&send(&service, json("PUT", "/shifted", "abc")).await, 2);
    get(&service, "/shifted").await.is_status(405);
}

async fn a_body_that_brings_nothing_for_too_long_is_a_408(rt: Rt) {
    use Piece::{Data, Silence, Wait};
    let settings = Settings::default().body_read_timeout(Duration::from_millis(20));
    let (service, log, signal) = service_with(rt, settings).await;
    signal.set();
    for path in ["/slowly", "/length", "/large", "/small"] {
        let (request, _) = pieces(path, [Data("a"), Wait, Data("b"), Silence]);
        let answer = send(&service, request).await;
        answer.is_status(408);
        assert!(answer.body.contains("nothing of the body came for 20ms"), "{}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    assert_eq!(log.take(), ["Some(b\"a\")"]);
    // What nobody reads may take its time.
    let (request, _) = pieces("/dropped", [Silence]);
    send(&service, request).await.is(200, "dropped");
    // A response that is a body breaks off.
    let (request, _) = pieces("/echo/stream", [Data("a"), Silence]);
    let body = service.handle(request, None).await.into_body();
    let error = http_body_util::BodyExt::collect(body).await.expect_err("it breaks off");
    assert!(error.to_string().contains("nothing of the body came"), "{error}");
}

async fn a_stream_that_panics_is_a_500(rt: Rt) {
    use Piece::{Data, Panic, Wait};
    let (service, _, signal) = service(rt).await;
    signal.set();
    for path in ["/slowly", "/length"] {
        let (request, _) = pieces(path, [Data("a"), Wait, Panic]);
        send(&service, request).await.is_status(500);
    }
}

on_every_executor![
    behaviour_36_a_body_is_read_no_faster_than_the_handler_asks_for_it,
    behaviour_36_what_is_not_asked_for_is_not_read,
    a_body_goes_out_as_it_comes_in,
    behaviour_27_a_stream_has_a_limit_too,
    behaviour_27_a_group_may_have_a_limit_of_its_own,
    behaviour_27_a_route_may_have_a_limit_of_its_own,
    a_body_that_brings_nothing_for_too_long_is_a_408,
    a_stream_that_panics_is_a_500,
];
