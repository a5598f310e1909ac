//! Does everything that was built get torn down, whatever goes wrong wherever? (fastapi-behaviours 5, 11, 12, 35)
//!
//! A chain of five providers of all kinds, each of which takes a permit that only its teardown gives back; a fault at
//! each place; and a client that goes away after each number of polls.

use std::sync::atomic::{AtomicUsize, Ordering};

use di_server::{Application, Service, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Log, Refused, at_most, get, pause, request},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    plan: Faults,
    permits: Permits,
}

/// How many may be had at once; all of them are back after each request.
pub struct Permits(AtomicUsize);

const ALL: usize = 5;

#[provider(singleton)]
fn permits() -> Permits {
    Permits(AtomicUsize::new(ALL))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Refuse,
    Panic,
}

/// What goes wrong where: providers are 1 to 5, the handler is 0, a provider's teardown is 10 more.
#[derive(Default)]
pub struct Faults(std::sync::Mutex<Option<(usize, Fault)>>);

impl Faults {
    fn set(&self, place: usize, fault: Fault) {
        *self.0.lock().expect("not held while something panics") = Some((place, fault));
    }

    fn at(&self, place: usize) -> Result<(), Refused> {
        let set = *self.0.lock().expect("not held while something panics");
        match set {
            Some((at, Fault::Refuse)) if at == place => Err(Refused(409)),
            Some((at, Fault::Panic)) if at == place => panic!("on purpose at {place}"),
            _ => Ok(()),
        }
    }
}

/// A permit of provider `N`.
pub struct Held<const N: usize> {
    log: Log,
    torn_down: bool,
}

impl<const N: usize> Held<N> {
    fn take(app: (&Log, &Faults, &Permits)) -> Result<Self, Refused> {
        app.1.at(N)?;
        assert_ne!(app.2.0.fetch_sub(1, Ordering::SeqCst), 0);
        app.0.push(format_args!("build {N}"));
        Ok(Self { log: app.0.clone(), torn_down: false })
    }

    fn give_back(mut self, outcome: &Outcome, faults: &Faults, permits: &Permits) -> Result<(), Refused> {
        self.torn_down = true;
        permits.0.fetch_add(1, Ordering::SeqCst);
        self.log.push(format_args!("teardown {N} {outcome:?}"));
        faults.at(10 + N)
    }
}

impl<const N: usize> Drop for Held<N> {
    fn drop(&mut self) {
        if !self.torn_down {
            self.log.push(format_args!("lost {N}"));
        }
    }
}

#[provider(teardown = end_1)]
async fn first(log: &Log, plan: &Faults, permits: &Permits) -> Result<Held<1>, Refused> {
    pause().await;
    pause().await;
    // Last: what a future holds that is dropped is nobody's to tear down.
    Held::take((log, plan, permits))
}

async fn end_1(held: Held<1>, outcome: &Outcome, faults: &Faults, permits: &Permits) -> Result<(), Refused> {
    pause().await;
    let ended = held.give_back(outcome, faults, permits);
    pause().await;
    ended
}

#[provider(teardown = end_2)]
fn second(log: &Log, plan: &Faults, permits: &Permits, first: &Held<1>) -> Result<Held<2>, Refused> {
    let _ = first;
    Held::take((log, plan, permits))
}

fn end_2(held: Held<2>, outcome: &Outcome, faults: &Faults, permits: &Permits) -> Result<(), Refused> {
    held.give_back(outcome, faults, permits)
}

#[provider(blocking, teardown = end_3)]
fn third(log: &Log, plan: &Faults, permits: &Permits, second: &mut Held<2>) -> Result<Held<3>, Refused> {
    let _ = second;
    Held::take((log, plan, permits))
}

/// Takes what its provider took.
async fn end_3(
    held: Held<3>,
    outcome: &Outcome,
    second: &Held<2>,
    faults: &Faults,
    permits: &Permits,
) -> Result<(), Refused> {
    assert!(!second.torn_down, "what a value needs is torn down after it");
    pause().await;
    held.give_back(outcome, faults, permits)
}

#[provider(teardown = end_4)]
async fn fourth(log: &Log, plan: &Faults, permits: &Permits, third: &Held<3>) -> Result<Held<4>, Refused> {
    assert!(!third.torn_down);
    pause().await;
    Held::take((log, plan, permits))
}

fn end_4(held: Held<4>, outcome: &Outcome, faults: &Faults, permits: &Permits) -> Result<(), Refused> {
    held.give_back(outcome, faults, permits)
}

#[provider(blocking, teardown = end_5)]
fn fifth(log: &Log, plan: &Faults, permits: &Permits, fourth: &Held<4>) -> Result<Held<5>, Refused> {
    let _ = fourth;
    Held::take((log, plan, permits))
}

async fn end_5(held: Held<5>, outcome: &Outcome, faults: &Faults, permits: &Permits) -> Result<(), Refused> {
    pause().await;
    held.give_back(outcome, faults, permits)
}

/// Independent of the chain, so that its blocking steps go to the pool alone.
pub struct Beside;

#[provider]
async fn beside() -> Beside {
    for _ in 0..4 {
        pause().await;
    }
    Beside
}

#[get("/async")]
async fn asynchronous(held: &Held<5>, first: &mut Held<1>, plan: &Faults) -> Result<&'static str, Refused> {
    let _ = (held, first);
    pause().await;
    plan.at(0)?;
    pause().await;
    Ok("done")
}

#[get("/blocking")]
fn blocking(held: &Held<5>, plan: &Faults) -> Result<&'static str, Refused> {
    let _ = held;
    plan.at(0)?;
    Ok("done")
}

#[get("/inline", inline)]
fn inline(held: &Held<5>, plan: &Faults) -> Result<&'static str, Refused> {
    let _ = held;
    plan.at(0)?;
    Ok("done")
}

#[get("/beside")]
async fn with_another(held: &Held<5>, beside: &Beside, plan: &Faults) -> Result<&'static str, Refused> {
    let _ = (held, beside);
    plan.at(0)?;
    Ok("done")
}

#[get("/detached", detached)]
async fn detached(held: &Held<5>, log: &Log) -> Result<&'static str, Broken> {
    let _ = held;
    pause().await;
    log.push("handled");
    Ok("done")
}

static TABLE: Table<App> = table![asynchronous, blocking, inline, with_another, detached];

const ROUTES: [&str; 4] = ["/async", "/blocking", "/inline", "/beside"];

async fn app(rt: Rt) -> (Application<App>, Service, Log) {
    let log = Log::default();
    let builder = App::builder().log(log.clone()).plan(Faults::default());
    let app = builder.runtime(rt).build().await.expect("nothing fails");
    let service = app.service(&TABLE);
    (app, service, log)
}

/// All that was built was torn down, in reverse, and nothing was lost; gives the outcomes in that order.
#[track_caller]
fn balanced(app: &Application<App>, log: &Log, what: &str) -> Vec<String> {
    let events = log.take();
    let built: Vec<_> = events.iter().filter_map(|event| event.strip_prefix("build ")).collect();
    let torn: Vec<_> = events.iter().filter_map(|event| event.strip_prefix("teardown ")).collect();
    let numbers: Vec<_> = torn.iter().rev().map(|event| &event[..1]).collect();
    assert_eq!(built, numbers, "{what}: {events:?}");
    assert!(!events.iter().any(|event| event.starts_with("lost")), "{what}: {events:?}");
    assert_eq!(app.permits.0.load(Ordering::SeqCst), ALL, "{what}: {events:?}");
    torn.iter().map(|event| event[2..].to_owned()).collect()
}

async fn success_tears_everything_down(rt: Rt) {
    let (app, service, log) = app(rt).await;
    for route in ROUTES {
        get(&service, route).await.is(200, "done");
        assert_eq!(balanced(&app, &log, route), ["Success(200)"; 5]);
    }
}

async fn a_fault_at_any_provider_tears_down_what_was_built(rt: Rt) {
    let (app, service, log) = app(rt).await;
    for route in ROUTES {
        for place in 1..=5 {
            for (fault, status, outcome) in [(Fault::Refuse, 409, "Error(409)"), (Fault::Panic, 500, "Panic")] {
                app.plan.set(place, fault);
                get(&service, route).await.is_status(status);
                let what = format!("{route}, {fault:?} at {place}");
                assert_eq!(balanced(&app, &log, &what), vec![outcome; place - 1], "{what}");
            }
        }
    }
}

async fn a_fault_in_the_handler_tears_everything_down(rt: Rt) {
    let (app, service, log) = app(rt).await;
    for route in ROUTES {
        for (fault, status, outcome) in [(Fault::Refuse, 409, "Error(409)"), (Fault::Panic, 500, "Panic")] {
            app.plan.set(0, fault);
            get(&service, route).await.is_status(status);
            assert_eq!(balanced(&app, &log, route), [outcome; 5]);
        }
    }
}

async fn a_fault_in_any_teardown_does_not_stop_the_others(rt: Rt) {
    let (app, service, log) = app(rt).await;
    for route in ROUTES {
        for place in 1..=5 {
            for (fault, status, outcome) in [(Fault::Refuse, 409, "Error(409)"), (Fault::Panic, 500, "Panic")] {
                app.plan.set(10 + place, fault);
                get(&service, route).await.is_status(status);
                let what = format!("{route}, {fault:?} in teardown {place}");
                // Those that come later see it.
                let mut expected = vec!["Success(200)"; 6 - place];
                expected.resize(5, outcome);
                assert_eq!(balanced(&app, &log, &what), expected, "{what}");
            }
        }
    }
}

async fn a_client_that_goes_away_at_any_point_leaves_nothing_behind(rt: Rt) {
    let (app, service, log) = app(rt).await;
    for route in ROUTES {
        let mut polls = 0;
        loop {
            let answered = at_most(polls, service.handle(request("GET", route), None)).await;
            app.idle().await;
            let what = format!("{route}, gone after {polls} polls");
            let outcomes = balanced(&app, &log, &what);
            if answered.is_some() {
                break;
            }
            // Fixed before the client went, or by its going; one for all.
            assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{what}: {outcomes:?}");
            assert!(outcomes.iter().all(|outcome| outcome == "Cancelled" || outcome == "Success(200)"), "{what}");
            polls += 1;
        }
        assert!(polls > 0, "{route} is not ready at once");
    }
}

async fn a_detached_handler_runs_to_its_end_without_its_client(rt: Rt) {
    let (app, service, log) = app(rt).await;
    for polls in 0.. {
        let answered = at_most(polls, service.handle(request("GET", "/detached"), None)).await;
        app.idle().await;
        let handled = log.take();
        assert!(handled.iter().any(|event| event == "handled"), "{handled:?}");
        handled.iter().for_each(|event| log.push(event));
        assert_eq!(balanced(&app, &log, "/detached"), ["Success(200)"; 5]);
        if answered.is_some() {
            break;
        }
    }
}

on_every_executor![
    success_tears_everything_down,
    a_fault_at_any_provider_tears_down_what_was_built,
    a_fault_in_the_handler_tears_everything_down,
    a_fault_in_any_teardown_does_not_stop_the_others,
    a_client_that_goes_away_at_any_point_leaves_nothing_behind,
    a_detached_handler_runs_to_its_end_without_its_client,
];
