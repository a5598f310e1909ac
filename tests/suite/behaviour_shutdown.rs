//! How does an application end?

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Dropping, Log, Signal, at_most, get, pause},
};

/// Three that depend on each other, the last in the order of the fields first in that of their needs.
#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    fault: Fault,
    #[container(input)]
    closing: Signal,
    mailer: Mailer,
    pool: Pool,
    plain: Plain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    Start,
    Panic,
    PanicInTeardown,
    NeverReady,
}

pub struct Plain(Dropping);

#[provider(singleton)]
fn plain(log: &Log) -> Plain {
    Plain(log.dropping("plain"))
}

pub struct Pool(Dropping);

#[provider(singleton, teardown = close_pool)]
async fn pool(log: &Log, fault: &Fault, plain: &Plain) -> Pool {
    let _ = (fault, &plain.0);
    pause().await;
    Pool(log.dropping("pool"))
}

async fn close_pool(pool: Pool, outcome: &Outcome, log: &Log, fault: &Fault) -> Result<(), Broken> {
    pause().await;
    log.push(format!("close pool: {outcome:?}"));
    drop(pool);
    if *fault == Fault::PanicInTeardown { Err(Broken) } else { Ok(()) }
}

pub struct Mailer(Dropping);

#[provider(singleton, teardown = close_mailer)]
async fn mailer(log: &Log, fault: &Fault, pool: &Pool, closing: &Signal) -> Mailer {
    let _ = (fault, &pool.0, closing);
    Mailer(log.dropping("mailer"))
}

fn close_mailer(mailer: Mailer, outcome: &Outcome, log: &Log, fault: &Fault, closing: &Signal) {
    log.push(format!("close mailer: {outcome:?}"));
    drop(mailer);
    closing.set();
    if *fault == Fault::PanicInTeardown {
        panic!("on purpose");
    }
}

#[get("/")]
async fn index(mailer: &Mailer) -> &'static str {
    let _ = &mailer.0;
    "up"
}

#[get("/slow")]
async fn slow(mailer: &Mailer) {
    let _ = &mailer.0;
    std::future::pending::<()>().await;
}

static TABLE: Table<App> = table![index, slow];

async fn app(log: &Log, fault: Fault, rt: Rt) -> Application<App> {
    let builder = App::builder().log(log.clone()).fault(fault).closing(Signal::default());
    builder.runtime(rt).build().await.expect("nothing fails")
}

const END: [&str; 5] = ["close mailer: Shutdown", "drop mailer", "close pool: Shutdown", "drop pool", "drop plain"];

async fn behaviour_32_a_shutdown_tears_singletons_down_in_reverse(rt: Rt) {
    let log = Log::default();
    let app = app(&log, Fault::None, rt).await;
    get(&app.service(&TABLE), "/").await.is(200, "up");
    assert_eq!(log.take(), [""; 0]);
    app.shutdown().await;
    assert_eq!(log.take(), END);
}

async fn behaviour_32_a_teardown_that_panics_or_fails_does_not_stop_the_others(rt: Rt) {
    let log = Log::default();
    app(&log, Fault::PanicInTeardown, rt).await.shutdown().await;
    let end = END.map(|event| if event == "close pool: Shutdown" { "close pool: Panic" } else { event });
    assert_eq!(log.take(), end, "later ones are told");
}

async fn behaviour_32_a_singleton_in_use_is_torn_down_by_its_last_user(rt: Rt) {
    let log = Log::default();
    let app = app(&log, Fault::None, rt).await;
    let (service, closing) = (app.service(&TABLE), app.closing.clone());
    app.shutdown().await;
    assert_eq!(log.take(), [""; 0]);
    get(&service, "/").await.is(200, "up");
    drop(service);
    closing.wait().await;
    while log.take().last().is_none_or(|last| last != "drop plain") {
        pause().await;
    }
}

async fn behaviour_32_a_shutdown_that_is_given_up_still_drops_in_reverse(rt: Rt) {
    let log = Log::default();
    let app = app(&log, Fault::None, rt).await;
    assert!(at_most(1, app.shutdown()).await.is_none(), "the pool's teardown takes longer");
    assert_eq!(log.take(), ["close mailer: Shutdown", "drop mailer", "drop pool", "drop plain"]);
}

/// One that fails when all others have been built.
mod failing {
    use super::*;

    #[derive(Container)]
    pub struct App {
        #[container(input)]
        log: Log,
        #[container(input)]
        fault: Fault,
        #[container(input)]
        waiting: Signal,
        last: Last,
        pool: Pool,
    }

    pub struct Pool(Dropping);

    #[provider(singleton, teardown = close_pool)]
    fn pool(log: &Log) -> Pool {
        Pool(log.dropping("pool"))
    }

    async fn close_pool(pool: Pool, outcome: &Outcome, log: &Log) {
        pause().await;
        log.push(format!("close pool: {outcome:?}"));
        drop(pool);
    }

    pub struct Last;

    #[provider(singleton, teardown = never)]
    async fn last(fault: &Fault, waiting: &Signal, pool: &Pool) -> Result<Last, Broken> {
        let _ = &pool.0;
        match fault {
            Fault::Start => Err(Broken),
            Fault::Panic => panic!("on purpose"),
            Fault::NeverReady => {
                waiting.set();
                std::future::pending().await
            }
            _ => Ok(Last),
        }
    }

    fn never(last: Last, outcome: &Outcome) {
        let _ = (last, outcome);
        unreachable!("it was never built");
    }

    pub async fn check(rt: Rt) {
        let log = Log::default();
        let start = |fault| {
            let builder = App::builder().log(log.clone()).fault(fault).waiting(Signal::default());
            builder.runtime(rt.clone()).build()
        };
        for fault in [Fault::Start, Fault::Panic] {
            let error = start(fault).await.expect_err("the last one fails");
            assert_eq!(error.singleton(), "Last");
            assert_eq!(log.take(), ["close pool: Cancelled", "drop pool"], "before `build` returns");
        }
        assert!(at_most(1, start(Fault::NeverReady)).await.is_none());
        let mut events = Vec::new();
        while events.last().is_none_or(|last| last != "drop pool") {
            pause().await;
            events.extend(log.take());
        }
        assert_eq!(events, ["close pool: Cancelled", "drop pool"]);
    }

    pub async fn check_given(rt: Rt) {
        let log = Log::default();
        let builder = App::builder().log(log.clone()).fault(Fault::Start).waiting(Signal::default());
        let builder = builder.pool(Pool(log.dropping("given"))).last(Last);
        let app = builder.runtime(rt).build().await.expect("what would fail is not called");
        let _ = (&app.log, &app.fault, &app.waiting, &app.last, &app.pool);
        app.shutdown().await;
        assert_eq!(log.take(), ["drop given"]);
    }
}

async fn behaviour_32_a_start_that_fails_tears_down_what_was_built(rt: Rt) {
    failing::check(rt).await;
}

async fn behaviour_32_a_value_handed_over_is_dropped_and_not_torn_down(rt: Rt) {
    failing::check_given(rt).await;
}

async fn behaviour_32_a_request_that_is_given_up_is_awaited_before_singletons_are_torn_down(rt: Rt) {
    let log = Log::default();
    let app = app(&log, Fault::None, rt).await;
    let service = app.service(&TABLE);
    assert!(at_most(1, get(&service, "/slow")).await.is_none());
    drop(service);
    app.shutdown().await;
    assert_eq!(log.take(), END);
}

on_every_executor![
    behaviour_32_a_shutdown_tears_singletons_down_in_reverse,
    behaviour_32_a_teardown_that_panics_or_fails_does_not_stop_the_others,
    behaviour_32_a_singleton_in_use_is_torn_down_by_its_last_user,
    behaviour_32_a_shutdown_that_is_given_up_still_drops_in_reverse,
    behaviour_32_a_start_that_fails_tears_down_what_was_built,
    behaviour_32_a_value_handed_over_is_dropped_and_not_torn_down,
    behaviour_32_a_request_that_is_given_up_is_awaited_before_singletons_are_torn_down,
];
