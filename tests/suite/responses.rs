//! What do handlers' return values become?

use std::borrow::Cow;

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, Broken, Refused, get, request, send},
};

#[derive(Container)]
pub struct App {}

const TEXT: Option<&str> = Some("text/plain; charset=utf-8");
const BYTES: Option<&str> = Some("application/octet-stream");
const PROBLEM: Option<&str> = Some("application/problem+json");

#[get("/unit")]
async fn unit() {}

#[get("/str")]
async fn borrowed() -> &'static str {
    "text"
}

#[get("/string")]
fn owned() -> String {
    "text".into()
}

#[get("/cow/{kind}")]
async fn cow(kind: Path<u8>) -> Cow<'static, str> {
    if *kind == 0 { "text".into() } else { String::from("text").into() }
}

#[get("/box")]
async fn boxed_text() -> Box<str> {
    "text".into()
}

#[get("/bytes")]
async fn bytes() -> Bytes {
    Bytes::from_static(b"bytes")
}

#[get("/slice", inline)]
fn slice() -> &'static [u8] {
    b"bytes"
}

#[get("/vec")]
fn vec() -> Vec<u8> {
    b"bytes".to_vec()
}

#[get("/array")]
fn array() -> [u8; 5] {
    *b"bytes"
}

#[get("/literal")]
fn literal() -> &'static [u8; 5] {
    b"bytes"
}

#[get("/boxed-bytes")]
fn boxed_bytes() -> Box<[u8]> {
    (*b"bytes").into()
}

#[get("/status")]
async fn status() -> StatusCode {
    StatusCode::IM_A_TEAPOT
}

#[get("/nothing")]
async fn nothing() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[get("/body")]
async fn body() -> Body {
    Body::from("bytes")
}

#[get("/json")]
async fn json() -> Json<(u8, &'static str)> {
    Json((1, "two"))
}

#[get("/headers")]
async fn headers() -> HeaderMap {
    HeaderMap::from_iter([(header::ETAG, HeaderValue::from_static("\"1\""))])
}

#[get("/response")]
async fn response() -> Response {
    let mut response = Response::new(Body::from("whole"));
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

#[get("/boxed")]
async fn boxed() -> Box<(StatusCode, &'static str)> {
    Box::new((StatusCode::CREATED, "boxed"))
}

#[get("/problem")]
async fn problem() -> Problem {
    Problem::new(StatusCode::GONE).detail("no more")
}

#[get("/option/{id}")]
async fn option(id: Path<u8>) -> Option<&'static str> {
    (*id > 0).then_some("found")
}

#[get("/result/{id}")]
fn result(id: Path<u8>) -> Result<&'static str, Refused> {
    if *id > 0 { Ok("fine") } else { Err(Refused(409)) }
}

#[get("/error/{id}")]
async fn error(id: Path<u8>) -> Result<&'static str, Broken> {
    if *id > 0 { Ok("fine") } else { Err(Broken) }
}

type Two = ([(HeaderName, &'static str); 1], Option<[(HeaderName, String); 1]>);

#[get("/tuple/{id}")]
async fn tuple(
    id: Path<u8>,
) -> (StatusCode, [(HeaderName, &'static str); 1], Option<[(HeaderName, String); 1]>, String) {
    let (first, second): Two = ([(header::ETAG, "\"1\"")], (*id > 0).then(|| [(header::AGE, id.to_string())]));
    (StatusCode::CREATED, first, second, format!("{}", *id))
}

#[get("/tuple/map")]
async fn map() -> (HeaderMap, [(HeaderName, HeaderValue); 1], &'static str) {
    let mut map = HeaderMap::new();
    map.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    map.append(header::SET_COOKIE, HeaderValue::from_static("a=1"));
    map.append(header::SET_COOKIE, HeaderValue::from_static("b=2"));
    (map, [(header::AGE, HeaderValue::from_static("3"))], "<p>")
}

#[get("/html")]
async fn html() -> Html<String> {
    Html("<p>".into())
}

#[get("/redirect")]
async fn redirect(to: Query<String>) -> Result<Redirect, Refused> {
    if to.is_empty() { Err(Refused(400)) } else { Ok(Redirect::to(&*to)) }
}

#[put("/created/{id}")]
async fn created(id: Path<u8>) -> Created<Json<u8>> {
    Created::at(format_args!("/created/{}", *id), Json(*id))
}

#[post("/created")]
async fn created_here() -> Created<&'static str> {
    Created::new("here")
}

#[post("/accepted")]
async fn accepted() -> Accepted<Json<u8>> {
    Accepted(Json(1))
}

#[get("/created-or-not")]
async fn created_or_not() -> Created<Option<Json<u8>>> {
    Created::at("/created/0", None)
}

#[get("/accepted-or-not")]
async fn accepted_or_not() -> Accepted<Result<Json<u8>, StatusCode>> {
    Accepted(Err(StatusCode::CONFLICT))
}

#[delete("/created/{id}")]
async fn deleted(id: Path<u8>) -> NoContent {
    let _ = id;
    NoContent
}

#[get("/named")]
async fn named() -> ([(&'static str, String); 4], Html<&'static str>) {
    let headers =
        [("X-One", "1".into()), ("Set-Cookie", "a=1".into()), ("bad name", "2".into()), ("x-two", "a\nb".into())];
    (headers, Html("<p>"))
}

#[get("/twice")]
async fn twice()
-> (StatusCode, [(HeaderName, &'static str); 2], [(&'static str, &'static str); 1], HeaderMap, &'static str) {
    let replaced = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("text/css"))]);
    let cookies = [(header::SET_COOKIE, "a=1"), (header::SET_COOKIE, "b=2")];
    (StatusCode::OK, cookies, [("content-type", "text/x")], replaced, "")
}

#[get("/panic")]
async fn panics() -> &'static str {
    panic!("on purpose")
}

#[get("/stream")]
async fn stream() -> Body {
    let frames = ["a", "b", "c"]
        .map(|data| Ok::<_, std::io::Error>(http_body::Frame::data(Bytes::from_static(data.as_bytes()))));
    Body::stream(http_body_util::StreamBody::new(futures_lite::stream::iter(frames)))
}

/// As a client has it, or another framework.
#[get("/foreign")]
async fn foreign() -> http::Response<http_body_util::Full<Bytes>> {
    let mut response = http::Response::new("foreign".into());
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

#[get("/foreign-text")]
async fn foreign_text() -> Result<http::Response<String>, Refused> {
    Ok(http::Response::new("text".to_owned()))
}

static TABLE: Table<App> = table![
    foreign,
    foreign_text,
    unit,
    borrowed,
    owned,
    cow,
    boxed_text,
    array,
    literal,
    boxed_bytes,
    bytes,
    slice,
    vec,
    status,
    nothing,
    body,
    json,
    headers,
    response,
    boxed,
    problem,
    option,
    result,
    error,
    tuple,
    map,
    html,
    redirect,
    created,
    created_here,
    created_or_not,
    accepted_or_not,
    accepted,
    deleted,
    named,
    twice,
    panics,
    stream,
];

async fn service(rt: Rt) -> di_server::Service {
    App::builder().runtime(rt).build().await.expect("nothing is built").service(&TABLE)
}

#[track_caller]
fn check(answer: &Answer, status: u16, content_type: Option<&str>, body: &str) {
    answer.is(status, body);
    assert_eq!(answer.header("content-type"), content_type, "{body}");
}

async fn every_return_type_becomes_a_response(rt: Rt) {
    let service = service(rt).await;
    for (path, status, content_type, body) in [
        ("/unit", 200, None, ""),
        ("/str", 200, TEXT, "text"),
        ("/string", 200, TEXT, "text"),
        ("/cow/0", 200, TEXT, "text"),
        ("/cow/1", 200, TEXT, "text"),
        ("/box", 200, TEXT, "text"),
        ("/array", 200, BYTES, "bytes"),
        ("/literal", 200, BYTES, "bytes"),
        ("/boxed-bytes", 200, BYTES, "bytes"),
        ("/bytes", 200, BYTES, "bytes"),
        ("/slice", 200, BYTES, "bytes"),
        ("/vec", 200, BYTES, "bytes"),
        ("/nothing", 204, None, ""),
        ("/body", 200, None, "bytes"),
        ("/json", 200, Some("application/json"), "[1,\"two\"]"),
        ("/headers", 200, None, ""),
        ("/response", 202, None, "whole"),
        ("/boxed", 201, TEXT, "boxed"),
        ("/option/1", 200, TEXT, "found"),
        ("/result/1", 200, TEXT, "fine"),
        ("/error/1", 200, TEXT, "fine"),
        ("/html", 200, Some("text/html; charset=utf-8"), "<p>"),
        ("/stream", 200, None, "abc"),
    ] {
        check(&get(&service, path).await, status, content_type, body);
    }
    assert_eq!(get(&service, "/headers").await.header("etag"), Some("\"1\""));
}

async fn a_response_of_any_body_is_a_response(rt: Rt) {
    let service = service(rt).await;
    get(&service, "/foreign").await.is(202, "foreign");
    get(&service, "/foreign-text").await.is(200, "text");
    let head = send(&service, request("HEAD", "/foreign")).await;
    assert_eq!((head.status.as_u16(), head.header("content-length")), (202, Some("7")));
}

async fn what_is_no_value_is_a_problem(rt: Rt) {
    let service = service(rt).await;
    for (path, status) in [
        ("/option/0", 404),
        ("/result/0", 409),
        ("/error/0", 500),
        ("/panic", 500),
        ("/problem", 410),
        ("/status", 418),
        ("/created-or-not", 404),
        ("/accepted-or-not", 409),
    ] {
        let answer = get(&service, path).await;
        answer.is_status(status);
        assert_eq!(answer.header("content-type"), PROBLEM);
        let problem: serde_json::Value = serde_json::from_str(&answer.body).expect("a problem is JSON");
        assert_eq!(problem["status"], status);
        assert!(!answer.body.contains("broken") && !answer.body.contains("on purpose"), "{}", answer.body);
    }
}

async fn parts_of_a_tuple_set_headers_and_status(rt: Rt) {
    let service = service(rt).await;
    let answer = get(&service, "/tuple/0").await;
    check(&answer, 201, TEXT, "0");
    assert_eq!((answer.header("etag"), answer.header("age")), (Some("\"1\""), None));
    assert_eq!(get(&service, "/tuple/9").await.header("age"), Some("9"));
    let map = get(&service, "/tuple/map").await;
    check(&map, 200, Some("text/html"), "<p>");
    assert_eq!(map.headers.get_all("content-type").iter().count(), 1, "each header once");
    assert_eq!(map.headers.get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!(map.header("age"), Some("3"));
}

async fn names_and_values_are_whatever_headers_can_be_made_of(rt: Rt) {
    let service = service(rt).await;
    let named = get(&service, "/named").await;
    check(&named, 200, Some("text/html; charset=utf-8"), "<p>");
    assert_eq!((named.header("x-one"), named.header("set-cookie")), (Some("1"), Some("a=1")));
    assert!(!named.headers.contains_key("x-two"), "what no header may carry is left out");
    let twice = get(&service, "/twice").await;
    check(&twice, 200, Some("text/css"), "");
    assert_eq!(twice.headers.get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!(twice.headers.get_all("content-type").iter().count(), 1, "each header once");
}

async fn a_client_is_told_where_things_are(rt: Rt) {
    let service = service(rt).await;
    let redirect = get(&service, "/redirect?to=/caf%C3%A9%0D%0ASet-Cookie:x").await;
    redirect.is(303, "");
    assert_eq!(redirect.header("location"), Some("/caf%C3%A9%0D%0ASet-Cookie:x"));
    assert!(!redirect.headers.contains_key("set-cookie"));
    let created = send(&service, request("PUT", "/created/7")).await;
    check(&created, 201, Some("application/json"), "7");
    assert_eq!(created.header("location"), Some("/created/7"));
    let created = send(&service, request("POST", "/created")).await;
    assert_eq!((created.status.as_u16(), created.header("location")), (201, None));
    send(&service, request("POST", "/accepted")).await.is(202, "1");
    send(&service, request("DELETE", "/created/7")).await.is(204, "");
}

async fn head_is_answered_by_get_without_the_body_and_with_its_length(rt: Rt) {
    let service = service(rt).await;
    for (path, status, length) in [
        ("/str", 200, Some("4")),
        ("/json", 200, Some("9")),
        ("/nothing", 204, None),
        ("/option/1", 200, Some("5")),
        ("/stream", 200, None),
    ] {
        let answer = send(&service, request("HEAD", path)).await;
        answer.is(status, "");
        assert_eq!(answer.header("content-length"), length, "{path}");
    }
    let refused = send(&service, request("HEAD", "/option/x")).await;
    refused.is(422, "");
    assert!(refused.header("content-length").is_some_and(|length| length != "0"));
}

on_every_executor![
    every_return_type_becomes_a_response,
    a_response_of_any_body_is_a_response,
    what_is_no_value_is_a_problem,
    parts_of_a_tuple_set_headers_and_status,
    names_and_values_are_whatever_headers_can_be_made_of,
    a_client_is_told_where_things_are,
    head_is_answered_by_get_without_the_body_and_with_its_length,
];
