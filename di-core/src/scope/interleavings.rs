//! Do a request's threads keep apart, in whatever order they run?
//!
//! loom runs small graphs in every interleaving of the executor's thread and the pool's: `RUSTFLAGS="--cfg loom" cargo test -p
//! di-core --lib interleavings`. What providers provide is a cell that knows who reads and writes it; the core of the
//! block has such a witness too. A wake-up that is lost is a deadlock, which loom finds as well.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use loom::{cell::UnsafeCell, future::block_on, sync::Mutex, thread};

use super::{
    left::Orphans,
    plan::{Plan, Roots},
    request::{Env, Incoming},
    teardown::TeardownRun,
    *,
};
use crate::{
    Body, Outcome, Settings,
    graph::{
        ContextProbe, Declaration, HandlerCall, Node, NodeRef, Param, Place, RouteRecord, Scope, Teardown, Use, key,
    },
    pool::Pool,
    response::{IntoResponse, Response},
    route::RouteMeta,
    rt::{BoxFuture, Runtime},
};

/// A value that loom watches.
struct Value(UnsafeCell<u32>);

// SAFETY: it is written only through `&mut`: that this is so is what the tests are about.
#[allow(unsafe_code)]
unsafe impl Sync for Value {}

impl Value {
    fn new() -> Self {
        Self(UnsafeCell::new(0))
    }

    fn read(&self) {
        self.0.with(|_| ());
    }

    fn write(&mut self) {
        self.0.with_mut(|_| ());
    }
}

impl crate::Context for Value {
    fn enter(&self, run: &mut dyn FnMut()) {
        self.read();
        run();
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.write();
    }
}

/// Uses each argument as it is declared.
fn touch(args: Args<'_>, uses: &[Use]) {
    for (index, usage) in uses.iter().enumerate() {
        match usage {
            Use::Exclusive => args.exclusive::<Value>(index).write(),
            _ => args.shared::<Value>(index).read(),
        }
    }
}

/// A provider without failures; `USES` says how it takes what it depends on.
struct Number<const N: usize, const EXCLUSIVE: bool, const COUNT: usize>;

impl<const N: usize, const E: bool, const C: usize> Provider for Number<N, E, C> {
    type Value = Value;
    type Error = std::convert::Infallible;
}

const fn uses<const E: bool, const C: usize>() -> [Use; C] {
    [if E { Use::Exclusive } else { Use::Shared }; C]
}

impl<const N: usize, const E: bool, const C: usize> SyncProvider for Number<N, E, C> {
    fn build(args: Args<'_>) -> Result<Value, Self::Error> {
        touch(args, &uses::<E, C>());
        let mut value = Value::new();
        value.write();
        Ok(value)
    }
}

impl<const N: usize, const E: bool, const C: usize> AsyncProvider for Number<N, E, C> {
    async fn build(args: Args<'_>) -> Result<Value, Self::Error> {
        touch(args, &uses::<E, C>());
        pause().await;
        touch(args, &uses::<E, C>());
        let mut value = Value::new();
        value.write();
        Ok(value)
    }
}

impl<const N: usize, const E: bool, const C: usize> TeardownRun for Number<N, E, C> {
    type Value = Value;

    async fn run(mut value: Value, _: &Outcome, _: Args<'_>) -> Result<(), Box<Response>> {
        value.write();
        Ok(())
    }
}

/// Lets others run once.
async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

struct Handler;

impl crate::graph::Handler<()> for Handler {
    const RECORD: RouteRecord = RouteRecord::bare(&DECLARED);
}

const META: RouteMeta = RouteMeta { method: "GET", path: "/", segments: &[], name: "", place: Place::NOWHERE };
static DECLARED: Declaration = Declaration::bare(META);

/// Reads what it takes, two values.
fn handle(args: Args<'_>) -> Response {
    touch(args, &[Use::Shared; 2]);
    ().into_response()
}

async fn handle_async(args: Args<'_>) -> Response {
    touch(args, &[Use::Shared; 2]);
    pause().await;
    touch(args, &[Use::Shared; 2]);
    ().into_response()
}

/// Awaits the second of what it takes.
async fn handle_awaiting(args: Args<'_>) -> Response {
    args.shared::<Value>(0).read();
    args.lazy::<Value>(1).await.read();
    ().into_response()
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn param(node: &'static Node, usage: Use) -> Param {
    Param { usage, ..Param::shared("", "", NodeRef::new(node), true) }
}

#[derive(Clone, Copy)]
enum Kind {
    Sync,
    Blocking,
    Async,
}

/// The node of a provider, which takes `below` all in one way.
fn node<const N: usize, const E: bool, const C: usize>(kind: Kind, below: [&'static Node; C]) -> &'static Node {
    let build = match kind {
        Kind::Sync => Build::Sync(sync_call::<Number<N, E, C>>()),
        Kind::Blocking => Build::Blocking(sync_call::<Number<N, E, C>>()),
        Kind::Async => Build::Async(FutureCall::<bool>::provider::<Number<N, E, C>>()),
    };
    let mut node = Node::bare::<Value>("", Scope::Request, build);
    node.key = key::<Number<N, E, C>>();
    let call = TeardownCall::of::<Number<N, E, C>>();
    node.teardown = Some(Teardown { name: "", takes: &[], call, describe: None, after_response: false });
    node.params = leak(below.map(|below| param(below, uses::<E, C>()[0])));
    leak(node)
}

/// Threads of loom; what is spawned is kept for the test to await.
#[derive(Default)]
struct Threads {
    kept: Mutex<Vec<BoxFuture<'static, ()>>>,
    running: Mutex<Vec<thread::JoinHandle<()>>>,
}

impl Runtime for Threads {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        self.kept.lock().unwrap().push(future);
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        let thread = thread::spawn(job);
        self.running.lock().unwrap().push(thread);
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// A route of a handler with two parameters, in every interleaving; its client goes away after so many polls, if ever.
fn explore(call: HandlerCall, params: [Param; 2], polls: usize) {
    let params: &'static [Param] = leak(params);
    let route = leak(RouteRecord::new(leak(Declaration { params, ..Declaration::bare(META) }), call));
    loom::model(move || {
        let plan = Plan::draft(
            &Roots {
                guards: &[],
                params: &params.iter().collect::<Vec<_>>(),
                future: match call {
                    HandlerCall::Async(call) => (call.layout)(),
                    _ => Layout::new::<()>(),
                },
                blocking: matches!(call, HandlerCall::Blocking(_)),
                sequential: false,
                startup: None,
                overrides: None,
            },
            header(),
        );
        let threads = Arc::new(Threads::default());
        let env = Arc::new(Env {
            container: Some(Arc::new(())),
            runtime: threads.clone(),
            pool: Pool::new(threads.clone(), 2, 8),
            settings: Settings::default(),
            plans: vec![plan],
            orphans: Arc::new(Orphans::default()),
            sessions: Arc::default(),
        });
        let (parts, ()) = http::Request::new(()).into_parts();
        let incoming = Incoming { parts, route: None, peer: None };
        let mut response = ResponseFuture::run(Unwritten::new(&env, 0), route, incoming, Body::empty(), false, None);
        let mut polled = 0;
        let ended = block_on(std::future::poll_fn(|cx: &mut Context<'_>| {
            polled += 1;
            match Pin::new(&mut response).poll(cx) {
                Poll::Pending if polled >= polls => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
                Poll::Ready(response) => Poll::Ready(Some(response.status())),
            }
        }));
        if let Some(status) = ended {
            assert_eq!(status, 200);
        }
        drop(response);
        let orphans = std::mem::take(&mut *threads.kept.lock().unwrap());
        orphans.into_iter().for_each(block_on);
        block_on(std::future::poll_fn(|cx| env.orphans.poll_none(cx)));
        let running = std::mem::take(&mut *threads.running.lock().unwrap());
        running.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

fn handler_async() -> HandlerCall {
    HandlerCall::asynchronous::<Handler, Whole<fn() -> Response>, (), _, _>(handle_async)
}

fn shared(nodes: [&'static Node; 2]) -> [Param; 2] {
    nodes.map(|node| param(node, Use::Shared))
}

#[test]
fn a_step_on_the_pool_beside_one_that_is_polled_shares_what_both_read() {
    let session = node::<0, false, 0>(Kind::Sync, []);
    let blocking = node::<1, false, 1>(Kind::Blocking, [session]);
    let polled = node::<2, false, 1>(Kind::Async, [session]);
    explore(handler_async(), shared([blocking, polled]), usize::MAX);
}

#[test]
fn who_writes_runs_before_or_after_who_reads() {
    let session = node::<0, false, 0>(Kind::Sync, []);
    let writer = node::<1, true, 1>(Kind::Blocking, [session]);
    let reader = node::<2, false, 1>(Kind::Async, [session]);
    explore(handler_async(), shared([writer, reader]), usize::MAX);
    let writer = node::<1, true, 1>(Kind::Async, [session]);
    let reader = node::<2, false, 1>(Kind::Blocking, [session]);
    explore(handler_async(), shared([writer, reader]), usize::MAX);
}

#[test]
fn what_is_on_the_pool_does_not_enter_what_is_built_meanwhile() {
    let mut context =
        Node::bare::<Value>("", Scope::Request, Build::Async(FutureCall::provider::<Number<0, false, 0>>()));
    context.key = key::<Number<0, false, 0>>();
    context.context = ContextProbe::<Value>::ENTER;
    let blocking = node::<1, false, 0>(Kind::Blocking, []);
    explore(handler_async(), shared([leak(context), blocking]), usize::MAX);
}

#[test]
fn a_block_goes_to_the_pool_and_comes_back() {
    let session = node::<0, false, 0>(Kind::Async, []);
    let blocking = node::<1, true, 1>(Kind::Blocking, [session]);
    explore(HandlerCall::Blocking(handle), shared([session, blocking]), usize::MAX);
    explore(handler_async(), shared([session, blocking]), usize::MAX);
}

#[test]
fn what_is_on_the_pool_ends_before_it_is_torn_down_for_a_client_that_went_away() {
    let session = node::<0, false, 0>(Kind::Sync, []);
    let blocking = node::<1, true, 1>(Kind::Blocking, [session]);
    let polled = node::<2, false, 0>(Kind::Async, []);
    for polls in 1..3 {
        explore(handler_async(), shared([blocking, polled]), polls);
    }
    explore(HandlerCall::Blocking(handle), shared([session, blocking]), 1);
}

#[test]
fn what_is_awaited_lazily_may_run_on_the_pool() {
    let session = node::<0, false, 0>(Kind::Sync, []);
    let blocking = node::<1, false, 1>(Kind::Blocking, [session]);
    let call = HandlerCall::asynchronous::<Handler, Whole<fn() -> Response>, (), _, _>(handle_awaiting);
    for polls in [usize::MAX, 1, 2] {
        explore(call, [param(session, Use::Shared), param(blocking, Use::Lazy)], polls);
    }
}

/// So that the witnesses are known to see something. What loom finds ends the process, so it is another one.
#[test]
fn a_writer_that_does_not_wait_is_found() {
    let test = std::env::current_exe().expect("this test has a path");
    let found = std::process::Command::new(test)
        .args(["--ignored", "--nocapture", "--exact", "scope::interleavings::a_writer_does_not_wait"])
        .output()
        .expect("it runs");
    assert!(!found.status.success());
    assert!(String::from_utf8_lossy(&found.stderr).contains("Causality violation"));
}

#[test]
#[ignore = "fails, as another test wants to see"]
fn a_writer_does_not_wait() {
    let session = node::<0, false, 0>(Kind::Sync, []);
    let mut liar = Node::bare::<Value>("", Scope::Request, Build::Blocking(sync_call::<Liar>()));
    liar.key = key::<Liar>();
    liar.params = leak([param(session, Use::Shared)]);
    let reader = node::<2, false, 1>(Kind::Async, [session]);
    explore(handler_async(), shared([leak(liar), reader]), usize::MAX);
}

/// Writes what it says that it reads.
struct Liar;

impl Provider for Liar {
    type Value = Value;
    type Error = std::convert::Infallible;
}

impl SyncProvider for Liar {
    fn build(args: Args<'_>) -> Result<Value, Self::Error> {
        args.shared::<Value>(0).0.with_mut(|_| ());
        Ok(Value::new())
    }
}
