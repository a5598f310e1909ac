//! How does an application start, and what if it cannot?

use std::{
    error::Error as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use di_server::{prelude::*, rt::Runtime};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Barrier, Broken, Dropping, Log, at_most, get, pause},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    fault: Fault,
    #[container(input)]
    barrier: Barrier,
    last: Last,
    left: Side<1>,
    middle: Side<2>,
    right: Side<3>,
    base: Base,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    Error,
    Panic,
    PanicOnThePool,
}

pub struct Base(Dropping);

#[provider(singleton)]
fn base(log: &Log) -> Base {
    log.push("base");
    Base(log.dropping("base"))
}

/// Three that wait for each other.
pub struct Side<const N: usize>(Dropping);

#[provider(singleton)]
async fn left(log: &Log, base: &Base, barrier: &Barrier) -> Side<1> {
    let _ = &base.0;
    barrier.wait().await;
    log.push("side");
    Side(log.dropping("left"))
}

#[provider(singleton)]
async fn middle(log: &Log, base: &Base, barrier: &Barrier) -> Result<Side<2>, Broken> {
    let _ = &base.0;
    barrier.wait().await;
    log.push("side");
    Ok(Side(log.dropping("middle")))
}

#[provider(singleton)]
async fn right(log: &Log, base: &Base, barrier: &Barrier) -> Side<3> {
    let _ = &base.0;
    barrier.wait().await;
    log.push("side");
    Side(log.dropping("right"))
}

pub struct Last(Dropping);

#[provider(singleton, blocking)]
fn last(log: &Log, fault: &Fault, checked: Checked, left: &Side<1>, middle: &Side<2>, right: &Side<3>) -> Last {
    let _ = (checked, &left.0, &middle.0, &right.0);
    if *fault == Fault::PanicOnThePool {
        panic!("on the pool");
    }
    log.push("last");
    Last(log.dropping("last"))
}

/// A transient between singletons.
pub struct Checked;

#[provider(transient)]
async fn checked(fault: &Fault, right: &Side<3>) -> Result<Checked, Broken> {
    let _ = &right.0;
    pause().await;
    match fault {
        Fault::Error => Err(Broken),
        Fault::Panic => panic!("on purpose"),
        _ => Ok(Checked),
    }
}

#[get("/")]
async fn index(last: &Last) -> &'static str {
    let _ = &last.0;
    "up"
}

static TABLE: Table<App> = table![index];

fn builder(log: &Log, fault: Fault, rt: Rt) -> impl Future<Output = Result<Application<App>, di_server::BuildError>> {
    App::builder().log(log.clone()).fault(fault).barrier(Barrier::new(3)).runtime(rt).build()
}

async fn behaviour_32_singletons_are_built_once_in_the_order_of_their_needs_and_independent_ones_at_the_same_time(
    rt: Rt,
) {
    let log = Log::default();
    let app = builder(&log, Fault::None, rt).await.expect("nothing fails");
    assert_eq!(log.take(), ["base", "side", "side", "side", "last"]);
    get(&app.service(&TABLE), "/").await.is(200, "up");
    let clone = app.clone();
    drop(app);
    assert_eq!(log.take(), [""; 0]);
    drop(clone);
    assert_eq!(log.take(), ["drop last", "drop middle", "drop left", "drop right", "drop base"]);
}

async fn behaviour_32_a_singleton_that_fails_stops_the_start_with_its_name_its_chain_and_its_error(rt: Rt) {
    let log = Log::default();
    for (fault, singleton, provider, chain, source) in [
        (Fault::Error, "Checked", "checked", &["Last", "Checked"][..], "broken"),
        (Fault::Panic, "Checked", "checked", &["Last", "Checked"], "panicked: on purpose"),
        (Fault::PanicOnThePool, "Last", "last", &["Last"], "panicked: on the pool"),
    ] {
        let error = builder(&log, fault, rt.clone()).await.expect_err("something fails");
        assert_eq!(error.singleton(), singleton, "{fault:?}");
        assert_eq!(error.chain(), chain, "{fault:?}");
        assert!(error.to_string().contains(&format!("provider `{provider}` (tests/suite/startup.rs:")), "{error}");
        assert_eq!(error.source().expect("it has one").to_string(), source);
        let events = log.take();
        let built = events.iter().filter(|event| !event.starts_with("drop")).count();
        assert_eq!(built, 4, "{fault:?}: {events:?}");
        assert_eq!(events[built..].len(), 4, "{fault:?}: what was built is dropped: {events:?}");
        assert_eq!(events.last().map(String::as_str), Some("drop base"), "{fault:?}: in reverse: {events:?}");
    }
}

/// Nothing is to be built for it.
#[derive(Container)]
pub struct Empty {}

#[get("/", container = Empty)]
async fn of_empty() -> &'static str {
    "up"
}

static OF_EMPTY: Table<Empty> = table![of_empty];

async fn a_container_of_nothing_starts_without_a_panic(rt: Rt) {
    let (here, panics) = (std::thread::current().id(), Arc::new(AtomicUsize::new(0)));
    let (before, seen) = (Arc::new(std::panic::take_hook()), panics.clone());
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == here {
            seen.fetch_add(1, Ordering::Relaxed);
        }
        before(panic);
    }));
    let app = Empty::builder().runtime(rt).build().await.expect("nothing is built");
    assert_eq!(panics.load(Ordering::Relaxed), 0, "caught, but seen by every hook");
    get(&app.service(&OF_EMPTY), "/").await.is(200, "up");
}

async fn a_start_that_is_given_up_drops_what_was_built(rt: Rt) {
    let log = Log::default();
    // With a barrier for four, three wait for ever.
    let waiting = App::builder().log(log.clone()).fault(Fault::None).barrier(Barrier::new(4)).runtime(rt);
    assert!(at_most(1, waiting.build()).await.is_none());
    assert_eq!(log.take(), ["base", "drop base"]);
}

async fn a_value_handed_to_the_builder_takes_the_place_of_its_provider(rt: Rt) {
    let log = Log::default();
    let builder = App::builder().log(log.clone()).fault(Fault::None).barrier(Barrier::new(2));
    let builder = builder.middle(Side(log.dropping("first one")));
    // Handed over once more: the last one counts.
    let builder = builder.middle(Side(log.dropping("given")));
    let app = builder.runtime(rt).build().await.expect("nothing fails");
    assert_eq!(log.take(), ["drop first one", "base", "side", "side", "last"]);
    get(&app.service(&TABLE), "/").await.is(200, "up");
    drop(app);
    assert!(log.take().contains(&"drop given".to_owned()));
}

/// Depends on nothing that could be built without it.
mod given {
    use super::*;

    #[derive(Container)]
    pub struct App {
        #[container(input)]
        log: Log,
        pool: Pool,
        url: Url,
    }

    pub struct Url;
    pub struct Pool;

    #[provider(singleton)]
    fn url(log: &Log) -> Url {
        log.push("url");
        Url
    }

    /// What only the pool's provider needs.
    pub struct Tuning;

    #[provider(transient)]
    fn tuning(log: &Log) -> Tuning {
        log.push("tuning");
        Tuning
    }

    #[provider(singleton)]
    fn pool(url: &Url, log: &Log, tuning: Tuning) -> Pool {
        let _ = (url, tuning);
        log.push("pool");
        Pool
    }

    pub async fn check(rt: impl Runtime + Clone) {
        let log = Log::default();
        let app = App::builder().log(log.clone()).pool(Pool).runtime(rt.clone()).build().await.expect("nothing fails");
        let _ = (&app.log, &app.pool, &app.url);
        assert_eq!(log.take(), ["url"], "a field is built, what only the replaced provider needs is not");
        App::builder().log(log.clone()).runtime(rt).build().await.expect("nothing fails");
        assert_eq!(log.take(), ["url", "tuning", "pool"]);
    }
}

async fn what_only_a_replaced_provider_needs_is_not_built(rt: Rt) {
    given::check(rt).await;
}

on_every_executor![
    behaviour_32_singletons_are_built_once_in_the_order_of_their_needs_and_independent_ones_at_the_same_time,
    behaviour_32_a_singleton_that_fails_stops_the_start_with_its_name_its_chain_and_its_error,
    a_container_of_nothing_starts_without_a_panic,
    a_start_that_is_given_up_drops_what_was_built,
    a_value_handed_to_the_builder_takes_the_place_of_its_provider,
    what_only_a_replaced_provider_needs_is_not_built,
];
