//! What runs with the same graph outside of a request?

use std::{
    error::Error as _,
    future::Future as _,
    panic::{AssertUnwindSafe, catch_unwind},
};

use di_server::{Overrides, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Counter, Log, Signal, pause},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    counter: Counter,
    #[container(input)]
    started: Signal,
}

pub struct Session(usize);

#[provider(teardown = close)]
async fn session(counter: &Counter) -> Session {
    pause().await;
    Session(counter.next())
}

async fn close(session: Session, outcome: &Outcome, log: &Log) -> Result<(), Broken> {
    pause().await;
    log.push(format_args!("{} {outcome:?}", session.0));
    if session.0 == 13 { Err(Broken) } else { Ok(()) }
}

pub struct Report(usize);

#[provider(blocking)]
fn report(session: &mut Session) -> Report {
    session.0 += 10;
    Report(session.0)
}

#[job]
async fn nightly(report: &Report, session: &Session) -> Result<String, Broken> {
    pause().await;
    if report.0 == 11 { Err(Broken) } else { Ok(format!("{} {}", report.0, session.0)) }
}

#[job(inline, as = Count)]
fn count(counter: &Counter) -> usize {
    counter.next()
}

#[job]
fn blocking(report: &Report) -> usize {
    report.0
}

#[job]
async fn nothing() {}

pub struct Absent;

#[provider]
fn absent() -> Result<Absent, Broken> {
    Err(Broken)
}

pub struct Refused;

#[provider]
fn refused() -> Result<Refused, StatusCode> {
    Err(StatusCode::FORBIDDEN)
}

#[job]
async fn without(session: &Session, absent: &Absent) {
    let _ = (session, absent);
}

#[job]
async fn refusing(refused: &Refused) {
    let _ = refused;
}

#[job]
async fn panicking(session: &Session) {
    panic!("session {}", session.0);
}

#[job]
async fn endless(session: &Session, started: &Signal) {
    let _ = session;
    started.set();
    std::future::pending::<()>().await;
}

async fn app(rt: Rt) -> Application<App> {
    let (log, counter, started) = (Log::default(), Counter::default(), Signal::default());
    App::builder().log(log).counter(counter).started(started).runtime(rt).build().await.unwrap()
}

async fn a_job_has_what_a_request_has_and_tears_it_down(rt: Rt) {
    let app = app(rt).await;
    assert_eq!(app.run::<nightly>().await.unwrap(), "10 10");
    assert_eq!(app.log.take(), ["10 Success(200)"]);
    assert!(matches!(app.run::<nightly>().await, Err(JobError::Job(Broken))));
    assert_eq!(app.log.take(), ["11 Error(500)"]);
    assert_eq!(app.run::<blocking>().await.unwrap(), 12);
    assert_eq!(app.run::<Count>().await.unwrap(), 3);
    app.run::<nothing>().await.unwrap();
}

async fn a_failed_teardown_is_told(rt: Rt) {
    let app = app(rt).await;
    for _ in 0..3 {
        app.counter.next();
    }
    assert!(matches!(app.run::<blocking>().await, Err(JobError::Teardown)));
}

async fn a_failed_dependency_is_told_with_its_error(rt: Rt) {
    let app = app(rt).await;
    let error = app.run::<without>().await.unwrap_err();
    assert_eq!(error.to_string(), "provider `absent` failed: broken");
    assert!(error.source().unwrap().is::<Broken>());
    let error = app.run::<refusing>().await.unwrap_err();
    assert_eq!(error.to_string(), "provider `refused` failed: refused with 403 Forbidden");
}

async fn a_panic_is_told_and_torn_down_after(rt: Rt) {
    let app = app(rt).await;
    assert_eq!(app.run::<panicking>().await.unwrap_err().to_string(), "the job panicked: session 0");
    assert_eq!(app.log.take(), ["0 Panic"]);
}

async fn a_job_that_is_dropped_is_torn_down(rt: Rt) {
    let app = app(rt).await;
    {
        let mut job = Box::pin(app.run::<endless>());
        let mut started = Box::pin(app.started.wait());
        std::future::poll_fn(|cx| {
            assert!(job.as_mut().poll(cx).is_pending());
            started.as_mut().poll(cx)
        })
        .await;
    }
    app.idle().await;
    assert_eq!(app.log.take(), ["0 Cancelled"]);
}

#[job]
async fn leaves_tasks(tasks: &BackgroundTasks, started: &Signal, log: &Log) {
    for task in ["first", "second"] {
        let (started, log) = (started.clone(), log.clone());
        tasks.spawn(async move {
            started.wait().await;
            log.push(task);
        });
    }
}

async fn what_a_job_leaves_behind_goes_on_though_nobody_waits_for_it(rt: Rt) {
    let app = app(rt).await;
    let waited = async {
        app.run::<leaves_tasks>().await.expect("nothing fails");
        "to the end"
    };
    let left = async {
        for _ in 0..5 {
            pause().await;
        }
        "left"
    };
    assert_eq!(futures_lite::future::or(waited, left).await, "left", "its tasks wait");
    app.started.set();
    app.idle().await;
    assert_eq!(app.log.take(), ["first", "second"]);
}

async fn behaviour_18_overrides_reach_jobs(rt: Rt) {
    let app = app(rt).await;
    let mut overrides = Overrides::default();
    overrides.provide(|| Report(7));
    assert_eq!(app.run_with::<blocking>(&overrides).await.unwrap(), 7);
    assert!(app.log.take().is_empty(), "the session of the real report is not opened");
}

/// The table has no route that needs a report.
async fn behaviour_18_what_only_a_job_reaches_is_replaced_once_the_client_knows_the_job(rt: Rt) {
    static TABLE: Table<App> = table![];
    let unknown = TestClient::new(app(rt.clone()).await, &TABLE);
    let refused = catch_unwind(AssertUnwindSafe(|| unknown.provide::<Report>(|| Report(7)))).unwrap_err();
    let message = refused.downcast_ref::<String>().unwrap();
    assert!(message.contains("nothing reaches") && message.contains("`.job::<J>()`"), "{message}");

    let client = TestClient::new(app(rt).await, &TABLE).job::<blocking>().provide::<Report>(|| Report(7));
    assert_eq!(client.run::<blocking>().await.unwrap(), 7);
    let client = client.clear_overrides().provide::<Report>(|| Report(8));
    assert_eq!(client.run::<blocking>().await.unwrap(), 8);
}

on_every_executor![
    what_a_job_leaves_behind_goes_on_though_nobody_waits_for_it,
    behaviour_18_what_only_a_job_reaches_is_replaced_once_the_client_knows_the_job,
    a_job_has_what_a_request_has_and_tears_it_down,
    a_failed_teardown_is_told,
    a_failed_dependency_is_told_with_its_error,
    a_panic_is_told_and_torn_down_after,
    a_job_that_is_dropped_is_torn_down,
    behaviour_18_overrides_reach_jobs,
];
