//! What becomes of a response that is completed with the request at hand?

use std::{future::Future as _, task::Context};

use di_server::{later, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Log, Signal, both, get, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    gate: Signal,
    #[container(input)]
    marks: Marks,
}

#[derive(Clone, Default)]
pub struct Marks {
    started: Signal,
    answered: Signal,
}

/// Torn down before the response.
pub struct Tx;

#[provider(teardown = commit)]
fn tx() -> Tx {
    Tx
}

async fn commit(_: Tx, outcome: &Outcome, log: &Log) -> Result<(), Slow> {
    log.push(format_args!("commit {outcome:?}"));
    if *outcome == Outcome::Success(StatusCode::ACCEPTED) { Err(Slow) } else { Ok(()) }
}

/// Torn down after it.
pub struct Cursor;

#[provider(teardown_after_response = close)]
fn cursor() -> Cursor {
    Cursor
}

fn close(_: Cursor, outcome: &Outcome, log: &Log) {
    log.push(format_args!("close {outcome:?}"));
}

/// Answers with the request's method, after a while; from the pool too.
pub struct Slow;

impl IntoResponse for Slow {
    fn into_response(self) -> Response {
        later(|asked| {
            let (method, executor) = (asked.parts.method.to_string(), asked.executor.clone());
            async move {
                pause().await;
                executor.run_blocking(move || method.into_response()).await
            }
        })
    }
}

#[get("/slow")]
async fn slow(tx: &Tx) -> Slow {
    let _ = tx;
    Slow
}

#[post("/slow")]
fn slow_blocking(tx: &mut Tx) -> (StatusCode, [(HeaderName, &'static str); 1], Slow) {
    let _ = tx;
    (StatusCode::CREATED, [(header::CONTENT_TYPE, "text/x-slow")], Slow)
}

#[get("/error")]
async fn error(tx: &Tx) -> Result<&'static str, (StatusCode, Slow)> {
    let _ = tx;
    Err((StatusCode::CONFLICT, Slow))
}

/// Refuses with a response that takes a while.
pub struct Refusing;

#[provider]
fn refusing(tx: &Tx) -> Result<Refusing, (StatusCode, Slow)> {
    let _ = tx;
    Err((StatusCode::FORBIDDEN, Slow))
}

#[get("/refused")]
async fn refused(refusing: &Refusing) {
    let _ = refusing;
}

/// Completed by another that is completed.
pub struct Twice;

impl IntoResponse for Twice {
    fn into_response(self) -> Response {
        later(|_| async { Slow.into_response() })
    }
}

#[get("/twice")]
async fn twice() -> ([(HeaderName, &'static str); 1], Twice) {
    ([(header::CONTENT_TYPE, "text/x-twice")], Twice)
}

pub struct NotThere;

impl IntoResponse for NotThere {
    fn into_response(self) -> Response {
        later(|_| async { StatusCode::NOT_FOUND.into_response() })
    }
}

#[get("/not-there")]
async fn not_there(tx: &Tx) -> (StatusCode, [(HeaderName, &'static str); 1], NotThere) {
    let _ = tx;
    (StatusCode::CREATED, [(header::CACHE_CONTROL, "immutable")], NotThere)
}

pub struct Panics(bool);

impl IntoResponse for Panics {
    fn into_response(self) -> Response {
        later(move |_| {
            assert!(self.0, "at once");
            async { panic!("after a while") }
        })
    }
}

#[get("/panics/{late}")]
async fn panics(late: Path<bool>, tx: &Tx) -> Panics {
    let _ = tx;
    Panics(*late)
}

/// Never completes, and holds what is torn down after the response.
pub struct Never(Held<Cursor>, Signal);

impl IntoResponse for Never {
    fn into_response(self) -> Response {
        later(move |_| async move {
            self.1.set();
            std::future::pending::<()>().await;
            drop(self.0);
            StatusCode::OK.into_response()
        })
    }
}

#[get("/never")]
async fn never(cursor: Held<Cursor>, tx: &Tx, gate: &Signal) -> Never {
    let _ = tx;
    Never(cursor, gate.clone())
}

/// Its response cannot be completed any more.
#[get("/uncommitted")]
async fn uncommitted(tx: &Tx) -> StatusCode {
    let _ = tx;
    StatusCode::ACCEPTED
}

/// Commits for ever.
pub struct Stuck;

#[provider(teardown = never_commits)]
fn stuck() -> Stuck {
    Stuck
}

async fn never_commits(_: Stuck, _: &Outcome, gate: &Signal, log: &Log) {
    log.push("commits");
    gate.wait().await;
    log.push("committed");
}

#[get("/stuck")]
async fn gets_stuck(cursor: Held<Cursor>, stuck: &Stuck) -> StreamBody {
    let _ = stuck;
    StreamBody::new(generate(async move |mut out| {
        let _cursor = cursor;
        out.send("never").await;
    }))
}

/// Sets a header, on the pool, when it may.
pub struct Late;

#[provider(blocking)]
fn late(parts: &mut ResponseParts, gate: &Signal, marks: &Marks) -> Late {
    marks.started.set();
    gate.block();
    parts.set(header::AGE, HeaderValue::from_static("7"));
    Late
}

/// Asks for it, and does not wait.
#[get("/late/{status}")]
async fn asks_late(status: Path<u16>, late: Lazy<'_, Late>, marks: &Marks) -> StatusCode {
    let _ = futures_lite::future::poll_once(late).await;
    marks.started.wait().await;
    assert!(*status != 500, "on purpose");
    marks.answered.set();
    StatusCode::from_u16(*status).expect("a status")
}

#[get("/blocking/{panics}")]
async fn blocking(panics: Path<bool>, executor: &Executor) -> String {
    let panics = *panics;
    let thread = std::thread::current().id();
    let other = executor.run_blocking(move || {
        assert!(!panics, "on purpose");
        std::thread::current().id() != thread
    });
    other.await.to_string()
}

static TABLE: Table<App> = table![
    asks_late,
    blocking,
    slow,
    slow_blocking,
    error,
    refused,
    twice,
    not_there,
    panics,
    never,
    uncommitted,
    gets_stuck,
];

async fn app(rt: Rt) -> (Application<App>, di_server::Service) {
    let app = App::builder()
        .log(Log::default())
        .gate(Signal::default())
        .marks(Marks::default())
        .runtime(rt)
        .build()
        .await
        .unwrap();
    let service = app.service(&TABLE);
    (app, service)
}

async fn a_response_is_completed_before_anything_is_torn_down(rt: Rt) {
    let (app, service) = app(rt).await;
    get(&service, "/slow").await.is(200, "GET");
    assert_eq!(app.log.take(), ["commit Success(200)"]);
    let answer = send(&service, request("POST", "/slow")).await;
    answer.is(201, "POST");
    assert_eq!(answer.header("content-type"), Some("text/x-slow"));
    assert_eq!(app.log.take(), ["commit Success(201)"]);
    for (uri, status) in [("/error", 409), ("/refused", 403)] {
        get(&service, uri).await.is(status, "GET");
        assert_eq!(app.log.take(), [format!("commit Error({status})")]);
    }
    let answer = get(&service, "/twice").await;
    answer.is(200, "GET");
    assert_eq!(answer.header("content-type"), Some("text/x-twice"));
    assert_eq!(send(&service, request("HEAD", "/slow")).await.header("content-length"), Some("4"));
}

async fn what_a_tuple_sets_does_not_go_onto_an_error(rt: Rt) {
    let (app, service) = app(rt).await;
    let answer = get(&service, "/not-there").await;
    answer.is_status(404);
    assert_eq!(answer.header("cache-control"), None);
    assert_eq!(app.log.take(), ["commit Error(404)"]);
}

async fn a_panic_while_it_is_completed_is_a_500(rt: Rt) {
    let (app, service) = app(rt).await;
    for uri in ["/panics/false", "/panics/true"] {
        get(&service, uri).await.is_status(500);
        assert_eq!(app.log.take(), ["commit Panic"]);
    }
}

async fn a_teardown_is_too_late_for_it(rt: Rt) {
    let (app, service) = app(rt).await;
    get(&service, "/uncommitted").await.is_status(500);
    assert_eq!(app.log.take(), ["commit Success(202)"]);
}

/// Polls a request until the gate is set, and drops it.
async fn abandon(app: &Application<App>, service: &di_server::Service, uri: &str) {
    let mut response = Box::pin(service.handle(request("GET", uri), None));
    let mut reached = Box::pin(app.gate.wait());
    std::future::poll_fn(|cx: &mut Context<'_>| {
        assert!(response.as_mut().poll(cx).is_pending());
        reached.as_mut().poll(cx)
    })
    .await;
}

async fn a_client_that_goes_away_meanwhile_cancels_the_request(rt: Rt) {
    let (app, service) = app(rt).await;
    abandon(&app, &service, "/never").await;
    app.idle().await;
    assert_eq!(app.log.take(), ["commit Cancelled", "close Cancelled"]);
}

async fn a_body_nobody_will_read_is_dropped_before_what_it_holds_is_torn_down(rt: Rt) {
    let (app, service) = app(rt).await;
    let mut response = Box::pin(service.handle(request("GET", "/stuck"), None));
    while app.log.take() != ["commits"] {
        std::future::poll_fn(|cx: &mut Context<'_>| {
            assert!(response.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        pause().await;
    }
    drop(response);
    app.gate.set();
    app.idle().await;
    assert_eq!(app.log.take(), ["committed", "close Success(200)"]);
}

async fn an_asynchronous_function_runs_what_blocks_on_the_pool(rt: Rt) {
    let (_, service) = app(rt).await;
    get(&service, "/blocking/false").await.is(200, "true");
    get(&service, "/blocking/true").await.is_status(500);
}

async fn a_response_waits_for_what_may_still_decorate_it(rt: Rt) {
    for status in [202, 500] {
        let (app, service) = app(rt.clone()).await;
        let opened = async {
            if status == 202 { &app.marks.answered } else { &app.marks.started }.wait().await;
            app.gate.set();
        };
        let (answer, ()) = both(get(&service, &format!("/late/{status}")), opened).await;
        answer.is_status(status);
        if status == 202 {
            assert_eq!(answer.header("age"), Some("7"));
        }
    }
}

on_every_executor![
    a_response_waits_for_what_may_still_decorate_it,
    an_asynchronous_function_runs_what_blocks_on_the_pool,
    a_response_is_completed_before_anything_is_torn_down,
    what_a_tuple_sets_does_not_go_onto_an_error,
    a_panic_while_it_is_completed_is_a_500,
    a_teardown_is_too_late_for_it,
    a_client_that_goes_away_meanwhile_cancels_the_request,
    a_body_nobody_will_read_is_dropped_before_what_it_holds_is_torn_down,
];
