//! What is left of requests when an application ends, and what becomes of it?

use std::time::Duration;

use di_server::{
    Service,
    prelude::*,
    rt::{BoxFuture, Runtime},
    server::Config,
};

use crate::{
    executors::{Rt, on_every_executor},
    sockets::{client, connect, send, serve_last},
    support::{Counter, Log, Signal, at_most, get, pause, request},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    started: Signal,
    #[container(input)]
    gate: Gate,
    store: Store,
}

/// Lets go what waits.
#[derive(Clone, Default)]
pub struct Gate(Signal);

pub struct Store;

#[provider(singleton, teardown = close_store)]
fn store(log: &Log) -> Store {
    let _ = log;
    Store
}

async fn close_store(_: Store, _: &Outcome, log: &Log) {
    pause().await;
    log.push("close store");
}

/// Torn down before the response.
pub struct Tx;

#[provider(teardown = end)]
fn tx(store: &Store) -> Tx {
    let _ = store;
    Tx
}

async fn end(_: Tx, outcome: &Outcome, log: &Log) {
    pause().await;
    log.push(format_args!("end {outcome:?}"));
}

/// Torn down after it.
pub struct Cursor;

#[provider(teardown_after_response = close)]
fn cursor() -> Cursor {
    Cursor
}

async fn close(_: Cursor, _: &Outcome, log: &Log) {
    pause().await;
    log.push("close cursor");
}

/// Its teardown never ends.
pub struct Stuck;

#[provider(teardown_after_response = hang)]
fn stuck() -> Stuck {
    Stuck
}

async fn hang(_: Stuck, _: &Outcome, started: &Signal) {
    started.set();
    std::future::pending::<()>().await;
}

#[get("/blocks")]
fn blocks(store: &Store, started: &Signal, gate: &Gate, log: &Log) {
    let _ = store;
    started.set();
    gate.0.block();
    log.push("handler ends");
}

#[get("/held")]
async fn held(cursor: Held<Cursor>, gate: &Gate, log: &Log, executor: &Executor) -> &'static str {
    let (gate, log) = (gate.clone(), log.clone());
    executor.spawn(async move {
        gate.0.wait().await;
        log.push("held until here");
        drop(cursor);
    });
    "held"
}

#[get("/detached", detached)]
async fn detached(tx: &Tx, started: &Signal) {
    let _ = tx;
    started.set();
    std::future::pending::<()>().await;
}

#[get("/tasks")]
async fn tasks(tasks: &BackgroundTasks, started: &Signal, cursor: &Cursor, log: &Log) -> &'static str {
    let _ = cursor;
    let (started, first, second) = (started.clone(), log.dropping("first"), log.dropping("second"));
    tasks.spawn(async move {
        let _first = first;
        started.set();
        std::future::pending::<()>().await;
    });
    tasks.spawn(async move { drop(second) });
    "tasks"
}

#[get("/blocking-task")]
async fn blocking_task(tasks: &BackgroundTasks, started: &Signal, gate: &Gate, log: &Log) -> &'static str {
    let (started, gate, log) = (started.clone(), gate.clone(), log.clone());
    tasks.spawn_blocking(move || {
        started.set();
        gate.0.block();
        log.push("task ends");
    });
    "task"
}

#[get("/detached-task", detached)]
fn detached_task(tasks: &BackgroundTasks, started: &Signal, gate: &Gate) {
    let task = gate.clone();
    tasks.spawn(async move { task.0.wait().await });
    started.set();
    // The client goes meanwhile.
    std::thread::sleep(Duration::from_millis(20));
}

#[get("/quick")]
fn quick() -> &'static str {
    "quick"
}

#[get("/hangs")]
async fn hangs(stuck: &Stuck) -> &'static str {
    let _ = stuck;
    "hangs"
}

static TABLE: Table<App> = table![blocks, held, detached, tasks, blocking_task, detached_task, quick, hangs];

async fn app(rt: impl Runtime) -> (Application<App>, Service) {
    let builder = App::builder().log(Log::default()).started(Signal::default()).gate(Gate::default());
    let settings = Settings::default().teardown_deadline(Duration::from_secs(600));
    let app = builder
        .settings(settings.blocking_threads(1).blocking_queue(0))
        .runtime(rt)
        .build()
        .await
        .expect("nothing fails");
    let _ = &app.store;
    let service = app.service(&TABLE);
    (app, service)
}

/// A request whose client goes once the handler runs.
async fn given_up(app: &Application<App>, service: Service, uri: &str) {
    let mut response = Box::pin(service.handle(request("GET", uri), None));
    assert!(at_most(1, &mut response).await.is_none());
    app.started.wait().await;
}

async fn a_blocking_handler_whose_client_has_gone_is_awaited(rt: Rt) {
    let (app, service) = app(rt).await;
    given_up(&app, service, "/blocks").await;
    assert!(at_most(1, app.idle()).await.is_none(), "it still runs");
    assert_eq!(app.unfinished().blocking, 1);
    let (log, gate) = (app.log.clone(), app.gate.clone());
    let mut shutdown = Box::pin(app.shutdown());
    assert!(at_most(1, &mut shutdown).await.is_none());
    assert_eq!(log.take(), [""; 0]);
    gate.0.set();
    shutdown.await;
    assert_eq!(log.take(), ["handler ends", "close store"]);
}

async fn what_a_task_of_ones_own_holds_is_awaited(rt: Rt) {
    let (app, service) = app(rt).await;
    get(&service, "/held").await.is(200, "held");
    drop(service);
    assert!(at_most(1, app.idle()).await.is_none(), "it is still held");
    assert_eq!(app.unfinished().held, 1);
    let (log, gate) = (app.log.clone(), app.gate.clone());
    let mut shutdown = Box::pin(app.shutdown());
    assert!(at_most(1, &mut shutdown).await.is_none());
    gate.0.set();
    shutdown.await;
    assert_eq!(log.take(), ["held until here", "close cursor", "close store"]);
}

async fn behaviour_38_a_detached_handler_is_cancelled_by_a_cut(rt: Rt) {
    let (app, service) = app(rt).await;
    given_up(&app, service, "/detached").await;
    assert!(at_most(1, app.idle()).await.is_none(), "it goes on");
    assert_eq!(app.cut().requests, 1);
    let log = app.log.clone();
    app.shutdown().await;
    assert_eq!(log.take(), ["end Cancelled", "close store"]);
}

async fn behaviour_38_background_tasks_are_dropped_by_a_cut(rt: Rt) {
    let (app, service) = app(rt).await;
    get(&service, "/tasks").await.is(200, "tasks");
    drop(service);
    app.started.wait().await;
    assert_eq!(app.cut().tasks, 1);
    let log = app.log.clone();
    app.shutdown().await;
    assert_eq!(log.take(), ["drop first", "drop second", "close cursor", "close store"]);
}

async fn what_a_client_has_left_behind_takes_no_place_in_the_pool(rt: Rt) {
    let (app, service) = app(rt).await;
    given_up(&app, service.clone(), "/detached-task").await;
    while app.unfinished().tasks == 0 {
        pause().await;
    }
    get(&service, "/quick").await.is(200, "quick");
    app.gate.0.set();
    app.idle().await;
}

async fn behaviour_38_a_task_that_blocks_is_awaited_after_a_cut(rt: Rt) {
    let (app, service) = app(rt).await;
    get(&service, "/blocking-task").await.is(200, "task");
    drop(service);
    app.started.wait().await;
    let unfinished = app.cut();
    assert_eq!((unfinished.tasks, unfinished.blocking), (1, 1));
    assert!(at_most(1, app.idle()).await.is_none(), "it still runs");
    app.gate.0.set();
    let log = app.log.clone();
    app.shutdown().await;
    assert_eq!(log.take(), ["task ends", "close store"]);
}

async fn behaviour_38_an_end_without_waiting_drops_teardowns_that_hang(rt: Rt) {
    let (app, service) = app(rt).await;
    get(&service, "/hangs").await.is(200, "hangs");
    drop(service);
    app.started.wait().await;
    assert_eq!(app.cut().teardowns, 1);
    assert!(at_most(1, app.idle()).await.is_none(), "it hangs");
    let log = app.log.clone();
    app.shutdown_now().await;
    while log.take() != ["close store"] {
        pause().await;
    }
}

async fn behaviour_38_an_end_without_waiting_leaves_singletons_to_a_thread_that_uses_them(rt: Rt) {
    let (app, service) = app(rt).await;
    given_up(&app, service, "/blocks").await;
    let (log, gate) = (app.log.clone(), app.gate.clone());
    assert_eq!(app.shutdown_now().await.blocking, 1);
    assert_eq!(log.take(), [""; 0], "the thread uses them");
    gate.0.set();
    let mut events = Vec::new();
    while events.last().is_none_or(|last| last != "close store") {
        pause().await;
        events.extend(log.take());
    }
    assert_eq!(events, ["handler ends", "close store"]);
}

/// What a server leaves behind that has no time to wait.
async fn served(rt: &Rt, uri: &'static str, client_stays: bool) -> Vec<String> {
    let (app, service) = app(rt.clone()).await;
    drop(service);
    let (log, started, stop) = (app.log.clone(), app.started.clone(), Signal::default());
    let config = Config::default().shutdown_timeout(Duration::from_millis(50));
    let (address, stopped) = serve_last(rt, app, &TABLE, config, &stop);
    client(move || {
        let mut stream = connect(address);
        send(&mut stream, uri, "");
        smol::block_on(started.wait());
        let _stream = client_stays.then_some(stream);
        stop.set();
        smol::block_on(stopped.wait());
    })
    .await;
    log.take()
}

async fn behaviour_38_a_server_cuts_what_is_left_and_ends(rt: Rt) {
    for client_stays in [true, false] {
        let log = served(&rt, "/detached", client_stays).await;
        assert_eq!(log, ["end Cancelled", "close store"]);
        let log = served(&rt, "/tasks", client_stays).await;
        assert_eq!(log, ["drop first", "drop second", "close cursor", "close store"]);
    }
    assert_eq!(served(&rt, "/hangs", true).await, ["close store"]);
}

/// An executor whose first two grace times, those of the connections and of what they leave, pass at once, and no other does.
struct Twice(Rt, Counter);

const GRACE: Duration = Duration::from_secs(7777);

impl Runtime for Twice {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        self.0.spawn(future);
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        self.0.spawn_blocking(job);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        match duration {
            GRACE if self.1.next() < 2 => Box::pin(std::future::ready(())),
            _ => self.0.sleep(duration),
        }
    }
}

async fn behaviour_38_a_connection_that_is_cut_does_not_begin_the_grace_time_again(rt: Rt) {
    let (app, service) = app(Twice(rt.clone(), Counter::default())).await;
    drop(service);
    let (log, started, stop) = (app.log.clone(), app.started.clone(), Signal::default());
    let (address, stopped) = serve_last(&rt, app, &TABLE, Config::default().shutdown_timeout(GRACE), &stop);
    client(move || {
        let mut stream = connect(address);
        send(&mut stream, "/detached", "");
        smol::block_on(started.wait());
        stop.set();
        smol::block_on(stopped.wait());
    })
    .await;
    assert_eq!(log.take(), ["end Cancelled", "close store"]);
}

on_every_executor![
    what_a_client_has_left_behind_takes_no_place_in_the_pool,
    behaviour_38_a_connection_that_is_cut_does_not_begin_the_grace_time_again,
    behaviour_38_a_server_cuts_what_is_left_and_ends,
    a_blocking_handler_whose_client_has_gone_is_awaited,
    what_a_task_of_ones_own_holds_is_awaited,
    behaviour_38_a_detached_handler_is_cancelled_by_a_cut,
    behaviour_38_background_tasks_are_dropped_by_a_cut,
    behaviour_38_a_task_that_blocks_is_awaited_after_a_cut,
    behaviour_38_an_end_without_waiting_drops_teardowns_that_hang,
    behaviour_38_an_end_without_waiting_leaves_singletons_to_a_thread_that_uses_them,
];
