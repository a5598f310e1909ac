//! Can an application give all of its refusals one shape?

use di_server::{Service, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Log, Refused, Signal, get, json, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    release: Signal,
}

/// Refuses in the way that is asked for.
pub struct Gate;

#[provider(teardown = torn_down)]
fn gate(by: Query<String>, log: &Log) -> Result<Gate, Problem> {
    let _ = log;
    match by.as_str() {
        "problem" => Err(Problem::new(StatusCode::PAYMENT_REQUIRED).detail("pay first").title("Pay")),
        "panic" => panic!("on purpose"),
        _ => Ok(Gate),
    }
}

fn torn_down(_: Gate, outcome: &Outcome, log: &Log) {
    log.push(format_args!("{outcome:?}"));
}

#[get("/gate")]
async fn gated(gate: &Gate, by: Query<String>) -> Result<Response, Refused> {
    let _ = gate;
    pause().await;
    match by.as_str() {
        "status" => Err(Refused(409)),
        "tuple" => Ok((StatusCode::LOCKED, Problem::new(StatusCode::CONFLICT)).into_response()),
        "text" => Ok((StatusCode::CONFLICT, "a text").into_response()),
        "none" => Ok(None::<String>.into_response()),
        "moved" => Ok((StatusCode::FOUND, [(header::LOCATION, "/")], ()).into_response()),
        _ => Ok("fine".into_response()),
    }
}

#[get("/broken", inline)]
fn broken() -> Result<(), Broken> {
    Err(Broken)
}

#[get("/panics", inline)]
fn panics() {
    panic!("on purpose")
}

#[post("/body")]
async fn body(n: Json<u8>) -> String {
    n.to_string()
}

#[get("/token", inline)]
fn token(token: Bearer) -> String {
    token.token().to_owned()
}

#[get("/page", inline)]
fn page(page: Query<u32>, size: Query<u32>) -> String {
    format!("{page:?} {size:?}")
}

#[get("/blocks")]
fn blocks(release: &Signal) -> &'static str {
    release.block();
    "done"
}

static TABLE: Table<App> = table![gated, broken, panics, body, token, page, blocks];

/// The house's shape: the status, the path, and what is wrong, in one line.
fn shape(problem: Problem, request: &http::request::Parts) -> Response {
    if request.uri.query() == Some("by=hook") {
        panic!("on purpose");
    }
    let invalid: Vec<_> = problem.errors().iter().map(|error| error.name.as_str()).collect();
    let line = format!(
        "{} {} at {} {}: {} {}",
        problem.status().as_u16(),
        problem.as_title(),
        request.method,
        request.uri.path(),
        problem.as_detail().unwrap_or("-"),
        invalid.join("+"),
    );
    (problem.status(), [(header::CONTENT_TYPE, "text/house")], line).into_response()
}

async fn app(rt: Rt, settings: Settings) -> (Service, Log, Signal) {
    let (log, release) = (Log::default(), Signal::default());
    let builder = App::builder().log(log.clone()).release(release.clone());
    let app = builder.settings(settings).runtime(rt).build().await.expect("nothing is built");
    (app.service(&TABLE), log, release)
}

async fn service(rt: Rt) -> (Service, Log) {
    let (service, log, _) = app(rt, Settings::default().body_limit(4).refusals(shape)).await;
    (service, log)
}

async fn behaviour_29_a_hook_reshapes_the_refusals_of_the_framework(rt: Rt) {
    let (service, _) = service(rt).await;
    let answer = get(&service, "/nowhere?a").await;
    answer.is(404, "404 Not Found at GET /nowhere: nothing is at `/nowhere` ");
    assert_eq!(answer.header("content-type"), Some("text/house"));
    let answer = send(&service, request("PUT", "/page")).await;
    answer.is(405, "405 Method Not Allowed at PUT /page: `/page` takes GET, HEAD, OPTIONS ");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS"));
    let answer = get(&service, "/token").await;
    answer.is(401, "401 Unauthorized at GET /token: expected `Authorization: Bearer <token>` ");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    let answer = get(&service, "/page?size=x").await;
    answer.is(422, "422 Unprocessable Entity at GET /page: the request has invalid inputs page+size");
    let answer = send(&service, json("POST", "/body", "123456")).await;
    answer.is(413, "413 Payload Too Large at POST /body: the body is larger than 4 bytes ");
    send(&service, json("POST", "/body", "1 2")).await.is_status(400);
    let answer = send(&service, request("POST", "/body").map(|_| Body::from("1"))).await;
    answer.is_status(415);
    assert!(answer.body.starts_with("415 Unsupported Media Type at POST /body"), "{}", answer.body);
    get(&service, "/broken").await.is(500, "500 Internal Server Error at GET /broken: - ");
    get(&service, "/panics").await.is(500, "500 Internal Server Error at GET /panics: - ");
}

async fn behaviour_29_a_hook_reshapes_the_refusals_of_users(rt: Rt) {
    let (service, log) = service(rt).await;
    let gate = async |by: &str| get(&service, &format!("/gate?by={by}")).await;
    gate("problem").await.is(402, "402 Pay at GET /gate: pay first ");
    gate("panic").await.is(500, "500 Internal Server Error at GET /gate: - ");
    gate("status").await.is(409, "409 Conflict at GET /gate: - ");
    gate("tuple").await.is(423, "423 Locked at GET /gate: - ");
    gate("none").await.is(404, "404 Not Found at GET /gate: - ");
    assert_eq!(log.take(), ["Error(409)", "Error(423)", "Error(404)"]);
}

async fn behaviour_29_what_is_no_refusal_is_left_as_it_is(rt: Rt) {
    let (service, log) = service(rt).await;
    get(&service, "/gate?by=nothing").await.is(200, "fine");
    // It has a body of its own.
    get(&service, "/gate?by=text").await.is(409, "a text");
    let answer = get(&service, "/gate?by=moved").await;
    answer.is(302, "");
    assert_eq!(answer.header("location"), Some("/"));
    send(&service, request("OPTIONS", "/page")).await.is(204, "");
    let head = send(&service, request("HEAD", "/token")).await;
    head.is(401, "");
    assert_eq!(head.header("content-type"), Some("text/house"));
    log.take();
}

async fn behaviour_29_a_hook_that_panics_is_a_plain_500(rt: Rt) {
    let (service, _) = service(rt).await;
    let answer = get(&service, "/nowhere?by=hook").await;
    answer.is_status(500);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    get(&service, "/nowhere").await.is_status(404);
}

async fn behaviour_29_the_503_of_a_full_pool_is_reshaped(rt: Rt) {
    let settings = Settings::default().blocking_threads(1).blocking_queue(0).refusals(shape);
    let (service, _, release) = app(rt, settings).await;
    let mut first = service.handle(request("GET", "/blocks"), None);
    // It is admitted when it is called, so that the second finds the pool full.
    let answer = get(&service, "/blocks").await;
    answer.is(503, "503 Service Unavailable at GET /blocks: too many requests are waiting for a blocking thread ");
    assert_eq!(answer.header("retry-after"), Some("1"));
    release.set();
    crate::support::read((&mut first).await).await.is(200, "done");
}

async fn behaviour_29_without_a_hook_refusals_are_problems(rt: Rt) {
    let (service, ..) = app(rt, Settings::default()).await;
    let answer = get(&service, "/nowhere").await;
    answer.is_status(404);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
}

on_every_executor![
    behaviour_29_a_hook_reshapes_the_refusals_of_the_framework,
    behaviour_29_a_hook_reshapes_the_refusals_of_users,
    behaviour_29_what_is_no_refusal_is_left_as_it_is,
    behaviour_29_a_hook_that_panics_is_a_plain_500,
    behaviour_29_the_503_of_a_full_pool_is_reshaped,
    behaviour_29_without_a_hook_refusals_are_problems,
];
