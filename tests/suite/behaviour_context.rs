//! What surrounds the code of a request, and what is told about it?

use std::{
    cell::Cell,
    sync::atomic::{AtomicU32, Ordering},
};

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Barrier, Log, get, pause, read, request},
};

thread_local! {
    static TENANT: Cell<u32> = const { Cell::new(0) };
}

/// Set for the current thread while it is entered.
pub struct Tenant(u32, AtomicU32);

impl Context for Tenant {
    /// 13 panics at once, 101 when it is entered for the first time, 102 for the second, 201 when it is left for the first,
    /// 301 then with what panics in its turn.
    fn enter(&self, run: &mut dyn FnMut()) {
        let times = self.1.fetch_add(1, Ordering::Relaxed) + 1;
        assert!(self.0 != 13 && self.0 != 100 + times, "a context panics");
        let outer = TENANT.replace(self.0);
        run();
        TENANT.set(outer);
        assert!(self.0 != 200 + times, "a context panics");
        if self.0 == 300 + times {
            std::panic::panic_any(Bomb);
        }
    }
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("what a context panicked with");
    }
}

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    barrier: Barrier,
}

#[provider]
async fn tenant(id: Path<u32>) -> Tenant {
    pause().await;
    Tenant(id.0, AtomicU32::new(0))
}

pub struct Session;

#[provider(teardown = close)]
fn session(log: &Log) -> Session {
    log.push(format_args!("session {}", TENANT.get()));
    Session
}

async fn close(_: Session, _: &Outcome, log: &Log) {
    pause().await;
    log.push(format_args!("close {}", TENANT.get()));
}

pub struct Audit;

#[provider(blocking, teardown_after_response = write)]
fn audit(log: &Log) -> Audit {
    log.push(format_args!("audit {}", TENANT.get()));
    Audit
}

async fn write(_: Audit, _: &Outcome, log: &Log) {
    pause().await;
    log.push(format_args!("write {}", TENANT.get()));
}

#[get("/async")]
async fn asynchronous(session: &Session, audit: &Audit) -> String {
    let _ = (session, audit);
    let before = TENANT.get();
    pause().await;
    format!("{before} {}", TENANT.get())
}

pub struct Waits;

#[provider]
async fn waits() -> Waits {
    pause().await;
    Waits
}

/// One step is on the pool while another waits.
#[get("/beside")]
async fn beside(waits: &Waits, session: &Session, audit: &Audit) -> String {
    let _ = (waits, session, audit);
    TENANT.get().to_string()
}

#[get("/blocking")]
fn blocking(session: &Session) -> String {
    let _ = session;
    TENANT.get().to_string()
}

#[get("/later")]
async fn later(tasks: &BackgroundTasks, log: &Log) -> StreamBody {
    let log = log.clone();
    tasks.spawn(async move { log.push(format_args!("task {}", TENANT.get())) });
    StreamBody::new(generate(async |mut out| out.send(TENANT.get().to_string()).await))
}

/// Waits, so that two requests are polled in turn.
#[get("/together")]
async fn together(barrier: &Barrier) -> String {
    barrier.wait().await;
    TENANT.get().to_string()
}

/// What two providers saw of the context that they depend on, in whose phase they are.
pub struct Within(u32);

#[provider]
fn within(_tenant: &Tenant) -> Within {
    Within(TENANT.get())
}

pub struct WithinToo(u32);

#[provider]
async fn within_too(_tenant: &Tenant) -> WithinToo {
    WithinToo(TENANT.get())
}

#[get("/within/{id}")]
async fn in_one_phase(one: &Within, two: &WithinToo) -> String {
    format!("{} {} {}", one.0, two.0, TENANT.get())
}

#[get("/without")]
async fn without() -> String {
    TENANT.get().to_string()
}

static TABLE: Table<App> =
    table![without, in_one_phase, group("/{id}", guards = [Tenant], asynchronous, beside, blocking, later, together)];

async fn app(rt: Rt) -> (Application<App>, di_server::Service) {
    let settings = Settings::default().server_timing(true);
    let app = App::builder().log(Log::default()).barrier(Barrier::new(2)).settings(settings).runtime(rt);
    let app = app.build().await.unwrap();
    let service = app.service(&TABLE);
    (app, service)
}

async fn behaviour_17_a_context_is_entered_around_all_that_follows(rt: Rt) {
    let (app, service) = app(rt).await;
    get(&service, "/7/async").await.is(200, "7 7");
    app.idle().await;
    assert_eq!(app.log.take(), ["session 7", "audit 7", "close 7", "write 7"]);
    get(&service, "/8/blocking").await.is(200, "8");
    get(&service, "/without").await.is(200, "0");
    get(&service, "/within/9").await.is(200, "9 9 9");
}

async fn tasks_and_bodies_run_within_no_context(rt: Rt) {
    let (app, service) = app(rt).await;
    get(&service, "/7/later").await.is(200, "0");
    app.idle().await;
    assert_eq!(app.log.take(), ["task 0"]);
}

async fn behaviour_17_contexts_of_requests_do_not_mix(rt: Rt) {
    let (_, service) = app(rt).await;
    let mut first = Box::pin(service.handle(request("GET", "/1/together"), None));
    let mut second = Box::pin(service.handle(request("GET", "/2/together"), None));
    let (mut one, mut two) = (None, None);
    std::future::poll_fn(|cx| {
        use std::{future::Future as _, task::Poll};
        if one.is_none()
            && let Poll::Ready(response) = first.as_mut().poll(cx)
        {
            one = Some(response);
        }
        if two.is_none()
            && let Poll::Ready(response) = second.as_mut().poll(cx)
        {
            two = Some(response);
        }
        assert_eq!(TENANT.get(), 0, "it is left when control goes back");
        if one.is_some() && two.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    read(one.unwrap()).await.is(200, "1");
    read(two.unwrap()).await.is(200, "2");
}

async fn a_context_that_panics_is_a_500_and_values_are_torn_down(rt: Rt) {
    let (app, service) = app(rt).await;
    get(&service, "/13/async").await.is_status(500);
    app.idle().await;
    get(&service, "/13/blocking").await.is_status(500);
    assert_eq!(app.log.take(), Vec::<String>::new());
    get(&service, "/7/blocking").await.is(200, "7");
}

/// Wherever a context panics, what has been built is torn down once.
async fn a_context_that_panics_later_keeps_no_teardown_from_running(rt: Rt) {
    let (app, service) = app(rt).await;
    for route in ["async", "beside", "blocking"] {
        for (kind, times) in [100, 200, 300].into_iter().flat_map(|kind| (1..12).map(move |times| (kind, times))) {
            let status = get(&service, &format!("/{}/{route}", kind + times)).await.status.as_u16();
            assert!(status == 200 || status == 500, "{status}");
            app.idle().await;
            let log = app.log.take();
            let count = |what: &str| log.iter().filter(|line| line.starts_with(what)).count();
            assert_eq!(count("session"), count("close"), "{kind} {times} {route}: {log:?}");
            assert_eq!(count("audit"), count("write"), "{kind} {times} {route}: {log:?}");
        }
    }
}

async fn server_timing_names_each_provider_and_the_handler(rt: Rt) {
    let (_, service) = app(rt).await;
    let answer = get(&service, "/7/async").await;
    let header = answer.header("server-timing").expect("it is switched on");
    let names: Vec<&str> = header.split(", ").map(|entry| entry.split(";dur=").next().unwrap()).collect();
    assert_eq!(names, ["tenant", "session", "audit", "handler"]);
    assert!(header.split(", ").all(|entry| entry.split_once(";dur=").unwrap().1.parse::<f64>().unwrap() >= 0.0));
}

on_every_executor![
    behaviour_17_a_context_is_entered_around_all_that_follows,
    tasks_and_bodies_run_within_no_context,
    behaviour_17_contexts_of_requests_do_not_mix,
    a_context_that_panics_is_a_500_and_values_are_torn_down,
    a_context_that_panics_later_keeps_no_teardown_from_running,
    server_timing_names_each_provider_and_the_handler,
];
