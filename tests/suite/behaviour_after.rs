//! What happens to a request's values once its response has gone out?

use std::{
    convert::Infallible,
    future::Future as _,
    pin::Pin,
    task::{Context, Poll},
};

use di_server::prelude::*;
use http_body::Frame;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, Broken, Log, Signal, get, pause, read, request},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    gate: Signal,
}

/// Torn down before the response.
pub struct Tx;

#[provider(teardown = commit)]
fn tx() -> Tx {
    Tx
}

async fn commit(_: Tx, outcome: &Outcome, log: &Log) {
    log.push(format_args!("commit {outcome:?}"));
}

/// Torn down after it.
pub struct Cursor {
    rows: usize,
}

#[provider(teardown_after_response = close)]
async fn cursor(log: &Log) -> Cursor {
    pause().await;
    log.push("open");
    Cursor { rows: 3 }
}

async fn close(cursor: Cursor, outcome: &Outcome, log: &Log) -> Result<(), Broken> {
    pause().await;
    log.push(format_args!("close {} {outcome:?}", cursor.rows));
    if cursor.rows == 13 { Err(Broken) } else { Ok(()) }
}

/// Needs the cursor, so it is torn down before it.
pub struct Report;

#[provider(teardown_after_response = file)]
fn report(cursor: &mut Cursor) -> Report {
    cursor.rows += 1;
    Report
}

fn file(_: Report, _: &Outcome, cursor: &Cursor, log: &Log) {
    log.push(format_args!("file {}", cursor.rows));
}

/// Torn down by a panic.
pub struct Rude;

#[provider(teardown_after_response = rude_end)]
fn rude(cursor: &Cursor) -> Rude {
    let _ = cursor;
    Rude
}

fn rude_end(_: Rude, _: &Outcome) {
    panic!("a teardown panics");
}

/// A body that reads from a cursor.
struct Rows {
    cursor: Held<Cursor>,
    log: Log,
}

impl http_body::Body for Rows {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.cursor.rows == 0 {
            return Poll::Ready(None);
        }
        self.cursor.rows -= 1;
        self.log.push("row");
        Poll::Ready(Some(Ok(Frame::data(format!("{} ", self.cursor.rows).into()))))
    }
}

#[get("/rows")]
async fn rows(cursor: Held<Cursor>, log: &Log, tx: &mut Tx) -> Body {
    let _ = tx;
    Body::stream(Rows { cursor, log: log.clone() })
}

#[get("/blocking-rows")]
fn blocking_rows(cursor: Held<Cursor>, log: &Log) -> Body {
    Body::stream(Rows { cursor, log: log.clone() })
}

#[get("/report")]
async fn reported(report: &Report, rude: &Rude, tx: &Tx) -> &'static str {
    let _ = (report, rude, tx);
    "reported"
}

#[get("/fails")]
async fn fails(cursor: &mut Cursor) -> Result<&'static str, StatusCode> {
    cursor.rows = 13;
    Err(StatusCode::CONFLICT)
}

#[get("/panics")]
async fn panics(cursor: Held<Cursor>) -> &'static str {
    let _cursor = cursor;
    panic!("the handler panics");
}

#[get("/never")]
async fn never(cursor: Held<Cursor>, gate: &Signal) {
    let _cursor = cursor;
    gate.set();
    std::future::pending::<()>().await;
}

#[get("/held-by-a-task")]
async fn held_by_a_task(cursor: Held<Cursor>, tasks: &BackgroundTasks, log: &Log) -> &'static str {
    let log = log.clone();
    tasks.spawn(async move {
        pause().await;
        log.push(format_args!("task sees {}", cursor.rows));
    });
    "held"
}

#[post("/tasks")]
async fn tasks(tasks: BackgroundTasks, cursor: &Cursor, log: &Log) -> (StatusCode, &'static str) {
    let _ = cursor;
    let (first, second, third) = (log.clone(), log.clone(), log.clone());
    tasks.spawn(async move {
        pause().await;
        first.push("async task");
    });
    tasks.spawn(async { panic!("a task panics") });
    tasks.spawn_blocking(|| panic!("a blocking task panics"));
    tasks.spawn_blocking(move || second.push("blocking task"));
    let more = tasks.clone();
    tasks.spawn(async move { more.spawn(async move { third.push("a task of a task") }) });
    (StatusCode::ACCEPTED, "accepted")
}

#[post("/refused")]
async fn refused(tasks: &BackgroundTasks, log: &Log) -> StatusCode {
    let log = log.clone();
    tasks.spawn(async move { log.push("never") });
    StatusCode::CONFLICT
}

static TABLE: Table<App> = table![rows, blocking_rows, reported, fails, panics, never, held_by_a_task, tasks, refused];

async fn app(rt: Rt) -> (Application<App>, di_server::Service) {
    let app = App::builder().log(Log::default()).gate(Signal::default()).runtime(rt).build().await.unwrap();
    let service = app.service(&TABLE);
    (app, service)
}

/// What has happened once a request's answer has been read and all that follows is done.
async fn whole(app: &Application<App>, service: &di_server::Service, uri: &str) -> (Answer, Vec<String>) {
    let answer = get(service, uri).await;
    app.idle().await;
    (answer, app.log.take())
}

async fn behaviour_14_a_teardown_after_the_response_cannot_replace_it(rt: Rt) {
    let (app, service) = app(rt).await;
    let response = service.handle(request("GET", "/fails"), None).await;
    assert_eq!(app.log.take(), ["open"], "the response is there, and the teardown has not run");
    read(response).await.is_status(409);
    app.idle().await;
    assert_eq!(app.log.take(), ["close 13 Error(409)"]);
}

async fn behaviour_14_teardowns_after_the_response_run_in_reverse_though_one_panics(rt: Rt) {
    let (app, service) = app(rt).await;
    let (answer, log) = whole(&app, &service, "/report").await;
    answer.is(200, "reported");
    assert_eq!(log, ["open", "commit Success(200)", "file 4", "close 4 Success(200)"]);
}

async fn behaviour_15_a_streaming_body_uses_what_is_torn_down_after_it(rt: Rt) {
    let (app, service) = app(rt).await;
    let (answer, log) = whole(&app, &service, "/rows").await;
    answer.is(200, "2 1 0 ");
    assert_eq!(log, ["open", "commit Success(200)", "row", "row", "row", "close 0 Success(200)"]);
    let (answer, log) = whole(&app, &service, "/blocking-rows").await;
    answer.is(200, "2 1 0 ");
    assert_eq!(log, ["open", "row", "row", "row", "close 0 Success(200)"]);
}

async fn behaviour_15_a_body_that_is_dropped_early_is_torn_down_too(rt: Rt) {
    let (app, service) = app(rt).await;
    drop(service.handle(request("GET", "/rows"), None).await);
    app.idle().await;
    assert_eq!(app.log.take(), ["open", "commit Success(200)", "close 3 Success(200)"]);
    drop(service.handle(request("HEAD", "/rows"), None).await);
    app.idle().await;
    assert_eq!(app.log.take(), ["open", "commit Success(200)", "close 3 Success(200)"]);
}

async fn what_is_held_is_torn_down_after_a_panic_and_a_cancellation(rt: Rt) {
    let (app, service) = app(rt).await;
    let (answer, log) = whole(&app, &service, "/panics").await;
    answer.is_status(500);
    assert_eq!(log, ["open", "close 3 Panic"]);
    {
        let mut never = Box::pin(service.handle(request("GET", "/never"), None));
        let mut started = Box::pin(app.gate.wait());
        std::future::poll_fn(|cx| {
            assert!(never.as_mut().poll(cx).is_pending());
            started.as_mut().poll(cx)
        })
        .await;
    }
    app.idle().await;
    assert_eq!(app.log.take(), ["open", "close 3 Cancelled"]);
}

async fn what_a_task_holds_is_torn_down_after_the_task(rt: Rt) {
    let (app, service) = app(rt).await;
    let (answer, log) = whole(&app, &service, "/held-by-a-task").await;
    answer.is(200, "held");
    assert_eq!(log, ["open", "task sees 3", "close 3 Success(200)"]);
}

async fn behaviour_31_background_tasks_run_after_the_body_and_before_the_teardowns(rt: Rt) {
    let (app, service) = app(rt).await;
    let response = service.handle(request("POST", "/tasks"), None).await;
    assert_eq!(app.log.take(), ["open"], "nothing runs before the body has gone out");
    read(response).await.is(202, "accepted");
    app.idle().await;
    let expected = ["async task", "blocking task", "a task of a task", "close 3 Success(202)"];
    assert_eq!(app.log.take(), expected, "a panic is logged, not fatal");
}

async fn behaviour_31_background_tasks_of_a_request_that_fails_are_dropped(rt: Rt) {
    let (app, service) = app(rt).await;
    read(service.handle(request("POST", "/refused"), None).await).await.is_status(409);
    app.idle().await;
    assert!(app.log.take().is_empty());
}

#[job]
async fn export(cursor: &mut Cursor, tasks: &BackgroundTasks, log: &Log) {
    cursor.rows = 1;
    let log = log.clone();
    tasks.spawn(async move { log.push("task") });
}

async fn a_job_is_over_when_its_tasks_and_teardowns_are(rt: Rt) {
    let (app, _) = app(rt).await;
    app.run::<export>().await.unwrap();
    assert_eq!(app.log.take(), ["open", "task", "close 1 Success(200)"]);
}

on_every_executor![
    behaviour_14_a_teardown_after_the_response_cannot_replace_it,
    behaviour_14_teardowns_after_the_response_run_in_reverse_though_one_panics,
    behaviour_15_a_streaming_body_uses_what_is_torn_down_after_it,
    behaviour_15_a_body_that_is_dropped_early_is_torn_down_too,
    what_is_held_is_torn_down_after_a_panic_and_a_cancellation,
    what_a_task_holds_is_torn_down_after_the_task,
    behaviour_31_background_tasks_run_after_the_body_and_before_the_teardowns,
    behaviour_31_background_tasks_of_a_request_that_fails_are_dropped,
    a_job_is_over_when_its_tasks_and_teardowns_are,
];
