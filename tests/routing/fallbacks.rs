//! Who answers where no route does?

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{request, send},
};

#[derive(Container)]
pub struct App {}

pub struct Guarded;

#[provider]
fn guarded(pass: Option<Header<String>>) -> Result<Guarded, StatusCode> {
    pass.map(|_| Guarded).ok_or(StatusCode::FORBIDDEN)
}

#[get("/")]
async fn index() -> &'static str {
    "index"
}

#[get("/api/users/{id}")]
async fn user(id: Path<u32>) -> String {
    format!("user {id}", id = *id)
}

#[get("/docs/{*page}")]
async fn page(page: Path<String>) -> String {
    format!("page {}", *page)
}

#[fallback]
async fn not_found(method: &Method, uri: &Uri) -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, format!("no {method} {}", uri.path()))
}

#[fallback("/api")]
async fn no_call() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "no such call")
}

#[fallback]
fn of_docs() -> &'static str {
    "the shelf"
}

#[fallback]
async fn of_team(team: Path<String>, guarded: &Guarded) -> String {
    let _ = guarded;
    format!("nothing of {}", *team)
}

#[any("/any")]
async fn any_method(method: &Method) -> String {
    format!("any {method}")
}

#[put("/any")]
async fn put_any() -> &'static str {
    "put"
}

#[route(method = "*", "/got")]
async fn rest(method: &Method) -> String {
    format!("rest {method}")
}

#[get("/got")]
async fn got() -> &'static str {
    "got"
}

static TABLE: Table<App> = table![
    index,
    user,
    page,
    not_found,
    no_call,
    any_method,
    put_any,
    rest,
    got,
    group("/docs", of_docs),
    group("/teams/{team}", guards = [Guarded], of_team),
];

static WITHOUT: Table<App> = table![index, no_call];

async fn a_fallback_answers_below_its_prefix(rt: Rt) {
    let app = App::builder().runtime(rt).build().await.expect("nothing is built");
    let service = app.service(&TABLE);
    for (method, path, status, body) in [
        ("GET", "/", 200, "index"),
        ("GET", "/nowhere", 404, "no GET /nowhere"),
        ("BREW", "/a/b/c/", 404, "no BREW /a/b/c/"),
        ("OPTIONS", "/nowhere", 404, "no OPTIONS /nowhere"),
        ("GET", "/api/users/7", 200, "user 7"),
        ("GET", "/api", 404, "no such call"),
        ("GET", "/api/", 404, "no such call"),
        ("GET", "/api/users", 404, "no such call"),
        ("GET", "/api/users/7/posts", 404, "no such call"),
        ("GET", "/apis", 404, "no GET /apis"),
        // A wildcard goes first, and takes one character or more.
        ("GET", "/docs/a/b", 200, "page a/b"),
        ("GET", "/docs/", 200, "the shelf"),
        ("GET", "/docs", 200, "the shelf"),
    ] {
        send(&service, request(method, path)).await.is(status, body);
    }
    // What names no path.
    for (method, target, body) in [("OPTIONS", "*", "no OPTIONS *"), ("CONNECT", "a.example:443", "no CONNECT ")] {
        send(&service, request(method, target)).await.is(404, body);
    }
    // A path with routes, though not for the method, is none that nothing matches.
    for path in ["/", "/api/users/7", "/docs/a"] {
        let refused = send(&service, request("POST", path)).await;
        refused.is_status(405);
        assert_eq!(refused.header("allow"), Some("GET, HEAD, OPTIONS"));
    }
    let head = send(&service, request("HEAD", "/nowhere")).await;
    head.is(404, "");
    assert_eq!(head.header("content-length"), Some("16"));
}

async fn a_fallback_of_a_group_has_its_guards_and_parameters(rt: Rt) {
    let app = App::builder().runtime(rt).build().await.expect("nothing is built");
    let service = app.service(&TABLE);
    send(&service, request("GET", "/teams/a%20b/x")).await.is_status(403);
    let mut allowed = request("POST", "/teams/a%20b/x/y");
    allowed.headers_mut().insert("pass", HeaderValue::from_static("yes"));
    send(&service, allowed).await.is(200, "nothing of a b");
    send(&service, request("GET", "/teams")).await.is(404, "no GET /teams");
}

async fn without_a_fallback_of_the_table_a_404_is_a_problem(rt: Rt) {
    let app = App::builder().runtime(rt).build().await.expect("nothing is built");
    let service = app.service(&WITHOUT);
    send(&service, request("GET", "/api/x")).await.is(404, "no such call");
    send(&service, request("OPTIONS", "*")).await.is(204, "");
    send(&service, request("CONNECT", "a.example:443")).await.is_status(404);
    let refused = send(&service, request("GET", "/x")).await;
    refused.is_status(404);
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
}

async fn a_handler_for_any_method_takes_what_no_other_does(rt: Rt) {
    let app = App::builder().runtime(rt).build().await.expect("nothing is built");
    let service = app.service(&TABLE);
    for (method, path, body) in [
        ("GET", "/any", "any GET"),
        ("POST", "/any", "any POST"),
        ("PURGE", "/any", "any PURGE"),
        ("*", "/any", "any *"),
        ("OPTIONS", "/any", "any OPTIONS"),
        ("HEAD", "/any", ""),
        ("PUT", "/any", "put"),
        ("GET", "/got", "got"),
        ("HEAD", "/got", ""),
        ("DELETE", "/got", "rest DELETE"),
    ] {
        send(&service, request(method, path)).await.is(200, body);
    }
    assert_eq!(send(&service, request("HEAD", "/any")).await.header("content-length"), Some("8"));
    assert_eq!(send(&service, request("HEAD", "/got")).await.header("content-length"), Some("3"));
}

#[test]
fn a_table_shows_its_fallbacks() {
    let shown = format!("{TABLE:?}");
    assert!(shown.contains("\"fallback /teams/{team}\"") && shown.contains("\"* /any\""), "{shown}");
    let document = serde_json::to_value(TABLE.openapi()).expect("a document is JSON");
    let paths: Vec<_> = document["paths"].as_object().expect("paths").keys().collect();
    assert_eq!(paths, ["/", "/any", "/api/users/{id}", "/docs/{page}", "/got"]);
}

on_every_executor![
    a_fallback_answers_below_its_prefix,
    a_fallback_of_a_group_has_its_guards_and_parameters,
    without_a_fallback_of_the_table_a_404_is_a_problem,
    a_handler_for_any_method_takes_what_no_other_does,
];
