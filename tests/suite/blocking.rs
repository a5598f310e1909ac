//! What runs on the blocking pool, and how much of it at once?

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, ThreadId},
    time::Duration,
};

use di_server::{
    Application, Service,
    prelude::*,
    rt::{BoxFuture, Runtime},
};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Barrier, Counter, Log, Refused, Signal, at_most, both, from_user, get, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    started: Signal,
    #[container(input)]
    release: Release,
    #[container(input)]
    running: Running,
    #[container(input)]
    live: Live,
}

/// Lets go what blocks.
#[derive(Clone, Default)]
pub struct Release(Signal);

/// How many handlers run, and how many did at most.
#[derive(Default)]
pub struct Running {
    now: AtomicUsize,
    most: AtomicUsize,
}

pub struct Thread<const N: usize>(ThreadId);

#[provider(blocking)]
fn thread_of<const N: usize>() -> Thread<N> {
    Thread(thread::current().id())
}

#[get("/run")]
fn unbroken(a: &Thread<1>, b: &Thread<2>) -> String {
    let here = thread::current().id();
    format!("{} {}", a.0 == here, b.0 == here)
}

#[get("/broken")]
fn broken(a: &Thread<1>, between: &Between, after: &After) -> String {
    let _ = (a, between);
    (after.0 == thread::current().id()).to_string()
}

pub struct After(ThreadId);

#[provider(blocking)]
fn after(between: &Between) -> After {
    let _ = between;
    After(thread::current().id())
}

pub struct Between;

#[provider]
async fn between(a: &Thread<1>) -> Between {
    let _ = a;
    pause().await;
    Between
}

#[get("/async")]
async fn on_the_executor() -> String {
    format!("{:?}", thread::current().id())
}

#[get("/inline", inline)]
fn in_place() -> String {
    format!("{:?}", thread::current().id())
}

#[get("/blocking")]
fn on_the_pool() -> String {
    format!("{:?}", thread::current().id())
}

#[get("/future")]
fn returns_a_future(log: &Log) -> impl Future<Output = String> + Send {
    let log = log.clone();
    async move {
        pause().await;
        log.push("future");
        format!("{:?}", thread::current().id())
    }
}

/// Blocks until an asynchronous provider has run.
pub struct Blocked;

#[provider(blocking)]
fn blocked(started: &Signal, release: &Release) -> Blocked {
    started.set();
    release.0.block();
    Blocked
}

pub struct Releasing;

#[provider]
async fn releasing(started: &Signal, release: &Release) -> Releasing {
    started.wait().await;
    release.0.set();
    Releasing
}

#[get("/blocking-first")]
async fn blocking_first(a: &Blocked, b: &Releasing) -> &'static str {
    let _ = (a, b);
    "both"
}

#[get("/blocking-last")]
async fn blocking_last(b: &Releasing, a: &Blocked) -> &'static str {
    let _ = (a, b);
    "both"
}

/// Torn down, and until then used on the pool.
pub struct Resource(Log);

#[provider(teardown = close)]
fn resource(log: &Log) -> Resource {
    Resource(log.clone())
}

fn close(resource: Resource, outcome: &Outcome) {
    resource.0.push(format_args!("close {outcome:?}"));
}

/// Uses the resource until the signal comes.
pub struct User(Log);

#[provider(blocking, teardown = leave)]
fn user(resource: &Resource, started: &Signal, release: &Release) -> Result<User, Refused> {
    resource.0.push("use");
    started.set();
    release.0.block();
    resource.0.push("used");
    Ok(User(resource.0.clone()))
}

fn leave(user: User, outcome: &Outcome) {
    user.0.push(format_args!("leave {outcome:?}"));
}

/// Refuses while the pool is at work.
pub struct Refusing;

#[provider]
async fn refusing(log: &Log, started: &Signal, release: &Release) -> Result<Refusing, Refused> {
    started.wait().await;
    log.push("refuse");
    let release = release.clone();
    // After the refusal has been dealt with, as far as it can be.
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        release.0.set();
    });
    Err(Refused(409))
}

#[get("/refused")]
async fn refused_beside_the_pool(refusing: &Refusing, user: &User) {
    let _ = (refusing, user);
}

/// One of several blocking values, beside an asynchronous one that keeps the executor awake.
pub struct Item<const N: usize>(String);

#[provider(blocking)]
fn item<const N: usize>() -> Result<Item<N>, Refused> {
    Ok(Item(N.to_string()))
}

pub struct Busy;

#[provider]
async fn busy() -> Busy {
    for _ in 0..20 {
        pause().await;
    }
    Busy
}

#[get("/items")]
async fn items(busy: &Busy, a: &Item<1>, b: &Item<2>, c: &Item<3>, d: &Item<4>) -> String {
    let _ = busy;
    format!("{} {} {} {}", a.0, b.0, c.0, d.0)
}

#[get("/crowd")]
fn crowd(running: &Running) -> &'static str {
    let now = running.now.fetch_add(1, Ordering::SeqCst) + 1;
    running.most.fetch_max(now, Ordering::SeqCst);
    // So that others have the time to get in, if anything lets them.
    thread::sleep(Duration::from_millis(5));
    running.now.fetch_sub(1, Ordering::SeqCst);
    "through"
}

#[get("/hold")]
fn hold(started: &Signal, release: &Release, resource: &Resource) -> &'static str {
    started.set();
    release.0.block();
    resource.0.push("held");
    "held"
}

#[get("/panic")]
fn panics() -> &'static str {
    panic!("on purpose")
}

pub struct Panics;

#[provider(blocking)]
fn panics_too(token: Option<Bearer>) -> Result<Panics, Refused> {
    panic!("on purpose, for {token:?}")
}

#[get("/panic-beside")]
async fn panic_beside(busy: &Busy, panics: &Panics) {
    let _ = (busy, panics);
}

static TABLE: Table<App> = table![
    unbroken,
    broken,
    on_the_executor,
    in_place,
    on_the_pool,
    returns_a_future,
    blocking_first,
    blocking_last,
    refused_beside_the_pool,
    items,
    crowd,
    hold,
    panics,
    panic_beside,
    drops,
];

struct Test {
    app: Application<App>,
    service: Service,
    log: Log,
    started: Signal,
    release: Signal,
}

async fn start(runtime: impl Runtime, settings: Settings) -> Test {
    let (log, started, release) = (Log::default(), Signal::default(), Signal::default());
    let builder = App::builder().log(log.clone()).started(started.clone()).release(Release(release.clone()));
    let app = builder
        .live(Live(Arc::default()))
        .running(Running::default())
        .settings(settings)
        .runtime(runtime)
        .build()
        .await;
    let app = app.expect("nothing is built");
    let service = app.service(&TABLE);
    Test { app, service, log, started, release }
}

/// An executor that counts the jobs it is given.
struct Counting(Rt, Counter);

impl Runtime for Counting {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        self.0.spawn(future);
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        self.1.next();
        self.0.spawn_blocking(job);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }
}

async fn an_unbroken_blocking_run_is_one_hop(rt: Rt) {
    let hops = Counter::default();
    let test = start(Counting(rt, hops.clone()), Settings::default()).await;
    get(&test.service, "/run").await.is(200, "true true");
    assert_eq!(hops.count(), 1);
    get(&test.service, "/broken").await.is(200, "true");
    assert_eq!(hops.count(), 3, "one before the asynchronous provider, one after it");
    for route in ["/async", "/inline", "/future"] {
        get(&test.service, route).await.is_status(200);
    }
    assert_eq!(hops.count(), 3);
    get(&test.service, "/blocking").await.is_status(200);
    assert_eq!(hops.count(), 4);
}

async fn a_plain_handler_runs_on_another_thread_and_an_inline_one_does_not(rt: Rt) {
    let test = start(rt, Settings::default()).await;
    for route in ["/inline", "/async"] {
        let here = thread::current().id();
        let answer = at_most(1, test.service.handle(request("GET", route), None)).await;
        let answer = crate::support::read(answer.expect("it is ready at once")).await;
        answer.is(200, &format!("{here:?}"));
    }
    let here = format!("{:?}", thread::current().id());
    assert_ne!(get(&test.service, "/blocking").await.body, here);
    get(&test.service, "/future").await.is_status(200);
    assert_eq!(test.log.take(), ["future"]);
}

async fn a_blocking_provider_runs_beside_asynchronous_ones(rt: Rt) {
    for route in ["/blocking-first", "/blocking-last"] {
        let test = start(rt.clone(), Settings::default()).await;
        get(&test.service, route).await.is(200, "both");
    }
}

async fn a_refusal_waits_for_what_is_on_the_pool(rt: Rt) {
    let test = start(rt, Settings::default()).await;
    get(&test.service, "/refused").await.is_status(409);
    assert_eq!(test.log.take(), ["use", "refuse", "used", "leave Error(409)", "close Error(409)"]);
}

async fn a_client_that_goes_waits_for_what_is_on_the_pool(rt: Rt) {
    let test = start(rt, Settings::default()).await;
    let mut response = Box::pin(test.service.handle(request("GET", "/refused"), None));
    // Until the pool is at work; `refusing` has not refused yet, or the response would be there.
    for _ in 0..2 {
        assert!(at_most(1, &mut response).await.is_none());
    }
    drop(response);
    let (started, release) = (test.started.clone(), test.release.clone());
    thread::spawn(move || {
        started.block();
        release.set();
    });
    test.app.idle().await;
    let mut events = test.log.take();
    events.retain(|event| event != "refuse");
    assert!(
        events == ["use", "used", "leave Cancelled", "close Cancelled"] || events == ["close Cancelled"],
        "{events:?}"
    );
}

async fn several_blocking_values_beside_an_asynchronous_one_are_all_there(rt: Rt) {
    let test = start(rt, Settings::default()).await;
    for _ in 0..50 {
        get(&test.service, "/items").await.is(200, "1 2 3 4");
    }
}

async fn no_more_than_the_pool_has_threads_block_at_once(rt: Rt) {
    let test = start(rt.clone(), Settings::default().blocking_threads(3)).await;
    let (all, answers) = (Barrier::new(13), Arc::new(Mutex::new(Vec::new())));
    for _ in 0..12 {
        let (service, all, answers) = (test.service.clone(), all.clone(), answers.clone());
        rt.spawn(Box::pin(async move {
            let answer = get(&service, "/crowd").await;
            answers.lock().expect("nothing panics while it is held").push(answer.body);
            all.wait().await;
        }));
    }
    all.wait().await;
    assert_eq!(*answers.lock().expect("as above"), ["through"; 12]);
    assert!((1..=3).contains(&test.app.running.most.load(Ordering::SeqCst)));
}

async fn behaviour_37_a_full_queue_refuses_and_asks_to_come_again(rt: Rt) {
    let test = start(rt, Settings::default().blocking_threads(1).blocking_queue(1)).await;
    let run = async {
        let mut second = test.service.handle(request("GET", "/hold"), None);
        assert!(at_most(1, &mut second).await.is_none(), "it waits in the queue");
        let third = get(&test.service, "/hold").await;
        third.is_status(503);
        assert!(third.header("retry-after").is_some());
        // What does not block is served all the same.
        get(&test.service, "/async").await.is_status(200);
        test.release.set();
        second.await.status()
    };
    let (first, second) = both(get(&test.service, "/hold"), run).await;
    first.is(200, "held");
    assert_eq!(second, 200);
    get(&test.service, "/hold").await.is(200, "held");
}

async fn a_panic_on_the_pool_is_a_500_and_the_pool_stays_whole(rt: Rt) {
    let test = start(rt, Settings::default().blocking_threads(1).blocking_queue(0)).await;
    for _ in 0..3 {
        get(&test.service, "/panic").await.is_status(500);
        send(&test.service, from_user("ada", request("GET", "/panic-beside"))).await.is_status(500);
        get(&test.service, "/crowd").await.is(200, "through");
    }
}

async fn a_blocking_handler_ends_before_what_it_uses_is_torn_down(rt: Rt) {
    let test = start(rt, Settings::default()).await;
    assert!(at_most(1, test.service.handle(request("GET", "/hold"), None)).await.is_none());
    let (started, release) = (test.started.clone(), test.release.clone());
    let ran = thread::spawn(move || {
        release.set();
        started
    });
    test.app.idle().await;
    let started = ran.join().expect("it does not panic").is_set();
    // What has started ends, and then there is a response, though nobody to have it.
    let expected: &[&str] = if started { &["held", "close Success(200)"] } else { &["close Cancelled"] };
    assert_eq!(test.log.take(), expected);
}

/// An executor that takes no jobs any more: it drops them, or panics.
struct Down(Rt, bool);

impl Runtime for Down {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        self.0.spawn(future);
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        assert!(self.1, "on purpose");
        drop(job);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }
}

async fn a_job_that_the_executor_does_not_take_is_not_lost(rt: Rt) {
    for drops in [true, false] {
        let test = start(Down(rt.clone(), drops), Settings::default()).await;
        for (path, body) in [("/run", "true true"), ("/items", "1 2 3 4"), ("/crowd", "through")] {
            get(&test.service, path).await.is(200, body);
        }
    }
}

/// Without a teardown: given back when dropped.
pub struct Dropped(Live);

/// Counts values that live.
#[derive(Clone)]
pub struct Live(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[provider(blocking)]
fn dropped(live: &Live) -> Dropped {
    live.0.fetch_add(1, Ordering::SeqCst);
    Dropped(live.clone())
}

#[get("/dropped")]
fn drops(a: &Dropped, busy: &Busy, b: &Item<1>) {
    let _ = (a, busy, b);
}

async fn what_has_no_teardown_is_dropped_when_the_client_goes(rt: Rt) {
    let test = start(rt.clone(), Settings::default()).await;
    for polls in 0.. {
        let answered = at_most(polls, test.service.handle(request("GET", "/dropped"), None)).await;
        // What is with the pool is dropped there.
        while test.app.live.0.load(Ordering::SeqCst) > 0 {
            assert!(answered.is_none(), "with the response, all is dropped");
            rt.sleep(Duration::from_millis(1)).await;
        }
        if answered.is_some() {
            break;
        }
    }
}

on_every_executor![
    a_job_that_the_executor_does_not_take_is_not_lost,
    what_has_no_teardown_is_dropped_when_the_client_goes,
    an_unbroken_blocking_run_is_one_hop,
    a_plain_handler_runs_on_another_thread_and_an_inline_one_does_not,
    a_blocking_provider_runs_beside_asynchronous_ones,
    a_refusal_waits_for_what_is_on_the_pool,
    a_client_that_goes_waits_for_what_is_on_the_pool,
    several_blocking_values_beside_an_asynchronous_one_are_all_there,
    no_more_than_the_pool_has_threads_block_at_once,
    behaviour_37_a_full_queue_refuses_and_asks_to_come_again,
    a_panic_on_the_pool_is_a_500_and_the_pool_stays_whole,
    a_blocking_handler_ends_before_what_it_uses_is_torn_down,
];
