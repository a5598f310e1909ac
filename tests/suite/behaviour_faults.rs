//! Does everything that was built get torn down, whatever goes wrong wherever?
//!
//! Chains of five providers, each of which takes a permit from a pool that has no more than five; asynchronous ones,
//! plain ones, blocking ones and mixed ones, with errors that are responses and errors that are not. A fault is injected
//! at each step, alone and beside another; and the client goes away after each number of polls. After each request the
//! pool is whole, what was built has been torn down once, in reverse, and a teardown that went wrong has stopped no other.

use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use di_server::{Application, Service, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Log, Refused, at_most, get, pause, request},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    faults: Faults,
    pool: Pool,
}

/// The links of a chain, in the order in which they are built.
const LINKS: [&str; 5] = ["connection", "session", "user", "tenant", "limiter"];

/// As many permits as one request needs: one that is lost fails the next request.
#[derive(Clone)]
pub struct Pool(Arc<AtomicUsize>);

#[provider(singleton)]
fn pool() -> Pool {
    Pool(Arc::new(AtomicUsize::new(LINKS.len())))
}

/// What goes wrong, and where.
#[derive(Default)]
pub struct Faults(Mutex<Vec<(String, Fault)>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Fail,
    Panic,
}

const BOTH: [Fault; 2] = [Fault::Fail, Fault::Panic];

#[provider(singleton)]
fn faults() -> Faults {
    Faults::default()
}

impl Faults {
    fn set(&self, faults: &[(String, Fault)]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = faults.to_vec();
    }

    fn at<E: Failure>(&self, place: &str) -> Result<(), E> {
        let faults = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match faults.iter().find(|(at, _)| at == place) {
            Some((_, Fault::Fail)) => Err(E::ERROR),
            Some((_, Fault::Panic)) => panic!("on purpose: {place}"),
            None => Ok(()),
        }
    }
}

/// An error that a chain fails with.
trait Failure {
    const ERROR: Self;
}

/// Is its own response, a 409.
impl Failure for Refused {
    const ERROR: Self = Self(409);
}

/// Is no response: a 500 that says nothing.
impl Failure for Broken {
    const ERROR: Self = Self;
}

/// Taken from the pool, and given back by a teardown, or else when it is dropped.
pub struct Permit {
    name: &'static str,
    log: Log,
    pool: Pool,
}

impl Permit {
    fn take(name: &'static str, log: &Log, pool: &Pool) -> Self {
        let taken = pool.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |free| free.checked_sub(1));
        assert!(taken.is_ok(), "the pool is empty: somebody has kept a permit");
        log.push(format_args!("take {name}"));
        Self { name, log: log.clone(), pool: pool.clone() }
    }

    fn built(self) -> Self {
        self.log.push(format_args!("build {}", self.name));
        self
    }

    fn end(self, outcome: &Outcome) {
        self.log.push(format_args!("end {} {outcome:?}", self.name));
        self.pool.0.fetch_add(1, Ordering::SeqCst);
        // Its log and its pool are counted references, which may be leaked here.
        mem::forget(self);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.log.push(format_args!("drop {}", self.name));
        self.pool.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Writes one provider with its teardown; each does something before it takes its permit, and after it.
macro_rules! link {
    (
        $link:ident $name:literal $error:ident ($($needs:ident: $needed:ty)?)
        [$($option:ident)?] [$($async:ident)?] $pause:block [$($end_async:ident)?] $end_pause:block
    ) => {
        pub struct $link(Permit);

        const _: () = {
            #[provider($($option,)? teardown = end)]
            $($async)? fn build(
                log: &Log,
                pool: &Pool,
                faults: &Faults,
                $($needs: $needed,)?
            ) -> Result<$link, $error> {
                $(let _ = &$needs.0;)?
                $pause;
                faults.at::<$error>(concat!("before ", $name))?;
                let permit = Permit::take($name, log, pool);
                $pause;
                faults.at::<$error>(concat!("after ", $name))?;
                Ok($link(permit.built()))
            }

            $($end_async)? fn end(link: $link, outcome: &Outcome, faults: &Faults) -> Result<(), $error> {
                $end_pause;
                link.0.end(outcome);
                $end_pause;
                faults.at(concat!("end ", $name))
            }
        };
    };
}

/// Writes a chain and the handlers on top of it; each kind is that of a provider and of its teardown.
macro_rules! chain {
    ($module:ident $error:ident: all $kind:tt) => {
        chain!($module $error: $kind $kind $kind $kind $kind);
    };
    ($module:ident $error:ident: {$($a:tt)*} {$($b:tt)*} {$($c:tt)*} {$($d:tt)*} {$($e:tt)*}) => {
        mod $module {
            use super::*;

            link!(Connection "connection" $error () $($a)*);
            link!(Session "session" $error (connection: &mut Connection) $($b)*);
            link!(User "user" $error (session: &Session) $($c)*);
            link!(Tenant "tenant" $error (user: &User) $($d)*);
            link!(Limiter "limiter" $error (tenant: &Tenant) $($e)*);

            #[get("/async")]
            async fn asynchronous(limiter: &Limiter, session: &mut Session, faults: &Faults) -> Result<(), $error> {
                let _ = (limiter, session);
                pause().await;
                faults.at("handler")?;
                pause().await;
                Ok(())
            }

            #[get("/fn")]
            fn blocking(limiter: &Limiter, user: &User, faults: &Faults) -> Result<(), $error> {
                let _ = (limiter, user);
                faults.at("handler")
            }

            #[get("/inline", inline)]
            fn inline(limiter: &Limiter, faults: &Faults) -> Result<(), $error> {
                let _ = limiter;
                faults.at("handler")
            }

            /// Beside something else, so that what blocks goes to the pool alone.
            #[get("/beside")]
            async fn with_another(beside: &Beside, limiter: &Limiter, faults: &Faults) -> Result<(), $error> {
                let _ = (beside, limiter);
                faults.at("handler")
            }

            #[get("/detached", detached)]
            async fn detached(limiter: &Limiter, log: &Log) -> Result<(), $error> {
                let _ = limiter;
                pause().await;
                log.push("handled");
                Ok(())
            }

            pub const ROUTES: Routes<App> = routes![asynchronous, blocking, inline, with_another, detached];
        }
    };
}

/// Takes its time.
pub struct Beside;

#[provider]
async fn beside() -> Beside {
    for _ in 0..6 {
        pause().await;
    }
    Beside
}

chain!(asynchronous Refused: all { [] [async] { pause().await } [async] { pause().await } });
chain!(asynchronous_opaque Broken: all { [] [async] { pause().await } [async] { pause().await } });
chain!(plain Refused: all { [] [] {} [] {} });
chain!(plain_opaque Broken: all { [] [] {} [] {} });
chain!(blocking Refused: all { [blocking] [] {} [] {} });
chain!(blocking_opaque Broken: all { [blocking] [] {} [async] { pause().await } });
chain!(mixed Refused:
    { [] [async] { pause().await } [async] { pause().await } }
    { [] [] {} [] {} }
    { [blocking] [] {} [async] { pause().await } }
    { [] [async] { pause().await } [] {} }
    { [blocking] [] {} [] {} }
);
chain!(mixed_opaque Broken:
    { [blocking] [] {} [] {} }
    { [] [async] { pause().await } [] {} }
    { [] [] {} [async] { pause().await } }
    { [blocking] [] {} [async] { pause().await } }
    { [] [async] { pause().await } [async] { pause().await } }
);

static TABLE: Table<App> = table![
    group("/asynchronous/refused", asynchronous::ROUTES),
    group("/asynchronous/opaque", asynchronous_opaque::ROUTES),
    group("/plain/refused", plain::ROUTES),
    group("/plain/opaque", plain_opaque::ROUTES),
    group("/blocking/refused", blocking::ROUTES),
    group("/blocking/opaque", blocking_opaque::ROUTES),
    group("/mixed/refused", mixed::ROUTES),
    group("/mixed/opaque", mixed_opaque::ROUTES),
];

/// Each chain, under each of these handlers; and the status of the chain's errors.
fn routes(handlers: &[&str]) -> Vec<(String, u16)> {
    let mut routes = Vec::new();
    for chain in ["asynchronous", "plain", "blocking", "mixed"] {
        for (error, status) in [("refused", 409), ("opaque", 500)] {
            routes.extend(handlers.iter().map(|handler| (format!("/{chain}/{error}/{handler}"), status)));
        }
    }
    routes
}

const ALL: &[&str] = &["async", "fn", "inline", "beside"];
const SOME: &[&str] = &["async", "fn"];

struct Test {
    app: Application<App>,
    service: Service,
    log: Log,
}

async fn start(rt: Rt) -> Test {
    let log = Log::default();
    let app = App::builder().log(log.clone()).runtime(rt).build().await.expect("nothing fails");
    let service = app.service(&TABLE);
    Test { app, service, log }
}

impl Test {
    /// Has faults injected into a request, and gives its status and the events that teardowns logged.
    async fn ask(&self, route: &str, faults: &[(String, Fault)]) -> (u16, Vec<String>) {
        self.app.faults.set(faults);
        let status = get(&self.service, route).await.status.as_u16();
        (status, self.torn_down(&format!("{route} with {faults:?}")))
    }

    /// Whatever was taken has been given back, and whatever was built torn down, once each, in reverse order.
    #[track_caller]
    fn torn_down(&self, what: &str) -> Vec<String> {
        let events = self.log.take();
        let of = |kind: &str| -> Vec<String> {
            events.iter().filter_map(|event| event.strip_prefix(kind)).map(str::to_owned).collect()
        };
        let (taken, built, dropped, ended) = (of("take "), of("build "), of("drop "), of("end "));
        let names: Vec<&str> = ended.iter().filter_map(|event| event.split(' ').next()).collect();
        assert!(built.iter().rev().eq(&names), "{what}: {events:?}");
        // One at most was taken and not built, the last one: its provider has dropped it.
        assert!(taken.iter().eq(built.iter().chain(&dropped)), "{what}: {events:?}");
        assert_eq!(self.app.pool.0.load(Ordering::SeqCst), LINKS.len(), "{what}: {events:?}");
        ended
    }
}

/// What teardowns of `built` links log, and the status in the end, after `outcome`.
fn expected(built: usize, mut outcome: Outcome, error: u16, faults: &[(String, Fault)]) -> (u16, Vec<String>) {
    let status_of = |outcome: &Outcome| match outcome {
        Outcome::Success(status) | Outcome::Error(status) => status.as_u16(),
        _ => 500,
    };
    let (mut status, mut events) = (status_of(&outcome), Vec::new());
    for link in LINKS[..built].iter().rev() {
        events.push(format!("{link} {outcome:?}"));
        let fault = faults.iter().find(|(place, _)| *place == format!("end {link}"));
        let Some((_, fault)) = fault else { continue };
        let failed = failure(*fault, error);
        // The first failure is the response; a panic is seen whatever came before it.
        if outcome.is_success() {
            (status, outcome) = (status_of(&failed), failed);
        } else if failed == Outcome::Panic {
            outcome = failed;
        }
    }
    (status, events)
}

fn failure(fault: Fault, error: u16) -> Outcome {
    match fault {
        Fault::Fail => Outcome::Error(StatusCode::from_u16(error).expect("a status")),
        Fault::Panic => Outcome::Panic,
    }
}

const SUCCESS: Outcome = Outcome::Success(StatusCode::OK);

async fn behaviour_11_without_a_fault_all_is_torn_down(rt: Rt) {
    let test = start(rt).await;
    for (route, error) in routes(ALL) {
        assert_eq!(test.ask(&route, &[]).await, expected(5, SUCCESS, error, &[]), "{route}");
    }
}

async fn behaviour_11_a_fault_in_any_provider_tears_down_what_was_built(rt: Rt) {
    let test = start(rt).await;
    for (route, error) in routes(ALL) {
        for (built, link) in LINKS.iter().enumerate() {
            for place in ["before", "after"] {
                for fault in BOTH {
                    let faults = [(format!("{place} {link}"), fault)];
                    let expected = expected(built, failure(fault, error), error, &faults);
                    assert_eq!(test.ask(&route, &faults).await, expected, "{route} with {faults:?}");
                }
            }
        }
    }
}

async fn behaviour_11_a_fault_in_the_handler_tears_everything_down(rt: Rt) {
    let test = start(rt).await;
    for (route, error) in routes(ALL) {
        for fault in BOTH {
            let faults = [("handler".to_owned(), fault)];
            let expected = expected(5, failure(fault, error), error, &faults);
            assert_eq!(test.ask(&route, &faults).await, expected, "{route} with {faults:?}");
        }
    }
}

/// The faults of one teardown, and of any two.
fn faults_of_teardowns() -> Vec<Vec<(String, Fault)>> {
    let one: Vec<_> = LINKS.iter().flat_map(|link| BOTH.map(|fault| (format!("end {link}"), fault))).collect();
    let two = one.iter().flat_map(|a| one.iter().map(move |b| vec![a.clone(), b.clone()]));
    one.iter().map(|fault| vec![fault.clone()]).chain(two.filter(|two| two[0].0 < two[1].0)).collect()
}

async fn behaviour_14_teardowns_that_go_wrong_stop_no_other_and_the_first_is_the_response(rt: Rt) {
    let test = start(rt).await;
    for (route, error) in routes(SOME) {
        for faults in faults_of_teardowns() {
            let expected = expected(5, SUCCESS, error, &faults);
            assert_eq!(test.ask(&route, &faults).await, expected, "{route} with {faults:?}");
        }
    }
}

async fn behaviour_14_a_teardown_that_goes_wrong_after_a_fault_does_not_hide_it(rt: Rt) {
    let test = start(rt).await;
    for (route, error) in routes(SOME) {
        for (built, first) in [(5, "handler"), (4, "after limiter"), (2, "before user")] {
            for fault in faults_of_teardowns().into_iter().filter(|faults| faults.len() == 1).flatten() {
                for first_fault in BOTH {
                    let faults = [(first.to_owned(), first_fault), fault.clone()];
                    let expected = expected(built, failure(first_fault, error), error, &faults);
                    assert_eq!(test.ask(&route, &faults).await, expected, "{route} with {faults:?}");
                }
            }
        }
    }
}

/// Sends requests whose client goes away after each number of polls, until one is answered; gives how many requests had
/// something to tear down, those that were cancelled and those that had ended before.
async fn gone_at_each_await(test: &Test, route: &str, error: u16, faults: &[(String, Fault)]) -> (usize, usize) {
    test.app.faults.set(faults);
    let (mut cancelled, mut ended_before) = (0, 0);
    for polls in 0.. {
        let answered = at_most(polls, test.service.handle(request("GET", route), None)).await;
        test.app.idle().await;
        let what = format!("{route} with {faults:?}, gone after {polls} polls");
        let ended = test.torn_down(&what);
        // Fixed before the client went, or by its going.
        let outcomes = [SUCCESS, Outcome::Cancelled];
        let possible = outcomes.map(|outcome| expected(ended.len(), outcome, error, faults).1);
        assert!(possible.contains(&ended), "{what}: {ended:?}");
        if let Some(answer) = answered {
            assert_eq!(answer.status(), expected(5, SUCCESS, error, faults).0, "{what}");
            return (cancelled, ended_before);
        }
        match ended.first() {
            Some(first) if first.ends_with("Cancelled") => cancelled += 1,
            Some(_) => ended_before += 1,
            None => {}
        }
    }
    unreachable!("one of all numbers is enough")
}

async fn behaviour_11_a_client_that_goes_away_at_any_await_leaves_nothing_behind(rt: Rt) {
    let test = start(rt).await;
    for (route, error) in routes(ALL) {
        let counts = gone_at_each_await(&test, &route, error, &[]).await;
        if route.starts_with("/asynchronous") && route.ends_with("/async") {
            // Two awaits in each of the other four providers and in the handler; two in each of the five teardowns.
            assert_eq!(counts, (10, 10), "{route}");
        }
    }
}

async fn behaviour_11_a_client_that_goes_away_while_a_teardown_goes_wrong_leaves_nothing_behind(rt: Rt) {
    let test = start(rt).await;
    for (route, error) in routes(SOME) {
        for link in LINKS {
            for fault in BOTH {
                gone_at_each_await(&test, &route, error, &[(format!("end {link}"), fault)]).await;
            }
        }
    }
}

async fn behaviour_11_a_detached_handler_runs_to_its_end_without_its_client(rt: Rt) {
    let test = start(rt).await;
    for (route, error) in routes(&["detached"]) {
        for polls in 0.. {
            let answered = at_most(polls, test.service.handle(request("GET", &route), None)).await;
            test.app.idle().await;
            let events = test.log.take();
            assert_eq!(events.iter().filter(|event| *event == "handled").count(), 1, "{route}: {events:?}");
            events.iter().for_each(|event| test.log.push(event));
            assert_eq!(test.torn_down(&route), expected(5, SUCCESS, error, &[]).1, "{route} after {polls} polls");
            if answered.is_some() {
                break;
            }
        }
    }
}

on_every_executor![
    behaviour_11_without_a_fault_all_is_torn_down,
    behaviour_11_a_fault_in_any_provider_tears_down_what_was_built,
    behaviour_11_a_fault_in_the_handler_tears_everything_down,
    behaviour_14_teardowns_that_go_wrong_stop_no_other_and_the_first_is_the_response,
    behaviour_14_a_teardown_that_goes_wrong_after_a_fault_does_not_hide_it,
    behaviour_11_a_client_that_goes_away_at_any_await_leaves_nothing_behind,
    behaviour_11_a_client_that_goes_away_while_a_teardown_goes_wrong_leaves_nothing_behind,
    behaviour_11_a_detached_handler_runs_to_its_end_without_its_client,
];
