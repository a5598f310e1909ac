//! Does the engine keep its promises for any graph? Random graphs are run on threads of their own: each value knows who
//! borrows it, whether it was torn down and that it was dropped; providers fail, panic and wait, and clients go away.

use std::{
    array,
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicIsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use http::StatusCode;
use proptest::{collection::vec, prelude::*};

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
        Declaration, ErrorInfo, HandlerCall, Node, NodeRef, Param, Place, ResponseProbe, RouteRecord, Scope, Teardown,
        Use, key,
    },
    pool::Pool,
    response::{IntoResponse, Response},
    route::RouteMeta,
    rt::{BoxFuture, Runtime},
};

const NODES: usize = 8;
/// The handler's number.
const HANDLER: usize = NODES;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Refuse,
    Panic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sync,
    Blocking,
    Async,
}

/// How a function asks for a dependency, if it can be had so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Shared,
    Exclusive,
    Lazy,
}

/// What a function is made from; a provider may depend on those before it.
#[derive(Debug, Clone)]
struct Spec {
    kind: Kind,
    transient: bool,
    teardown: bool,
    deps: Vec<(usize, Asked)>,
    fault: Fault,
    pauses: usize,
}

fn spec(lazy: bool) -> impl Strategy<Value = Spec> {
    let kind = prop_oneof![1 => Just(Kind::Sync), 1 => Just(Kind::Blocking), 2 => Just(Kind::Async)];
    let fault = prop_oneof![14 => Just(Fault::None), 1 => Just(Fault::Refuse), 1 => Just(Fault::Panic)];
    let asked =
        prop_oneof![1 => Just(Asked::Shared), 1 => Just(Asked::Exclusive), u32::from(lazy) * 2 => Just(Asked::Lazy)];
    let deps = vec((0..NODES, asked), 0..4);
    (kind, prop::bool::weighted(0.2), any::<bool>(), deps, fault, 0..3_usize).prop_map(
        |(kind, transient, teardown, deps, fault, pauses)| Spec { kind, transient, teardown, deps, fault, pauses },
    )
}

/// What the functions of one request share.
struct Script {
    specs: Vec<Spec>,
    uses: Vec<Vec<Use>>,
    live: AtomicIsize,
    torn_down: Mutex<Vec<usize>>,
    wrong: Mutex<Vec<String>>,
}

impl Script {
    fn wrong(&self, what: String) {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    fn act(&self, number: usize) -> Result<(), Failed> {
        match self.specs[number].fault {
            Fault::None => Ok(()),
            Fault::Refuse => Err(Failed(Box::new(number))),
            Fault::Panic => panic!("on purpose"),
        }
    }

    async fn pause(&self, number: usize) {
        for _ in 0..self.specs[number].pauses {
            let mut paused = false;
            poll_fn(|cx| {
                if std::mem::replace(&mut paused, true) {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
        }
    }
}

/// Boxed, so that one that is dropped twice, or not, is found by whoever looks after memory.
struct Failed(Box<usize>);

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        status(*self.0).into_response()
    }
}

fn status(number: usize) -> StatusCode {
    StatusCode::from_u16(430 + u16::try_from(number).expect("small")).expect("a status")
}

/// What every provider here provides.
struct Value {
    script: Arc<Script>,
    number: Box<usize>,
    /// Shared borrows, or -1 for an exclusive one.
    borrows: AtomicIsize,
    /// Written without a lock, under an exclusive borrow.
    writes: usize,
    torn_down: bool,
}

impl Value {
    fn new(script: &Arc<Script>, number: usize) -> Self {
        script.live.fetch_add(1, Ordering::SeqCst);
        let (script, number) = (Arc::clone(script), Box::new(number));
        Self { script, number, borrows: AtomicIsize::new(0), writes: 0, torn_down: false }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.script.live.fetch_sub(1, Ordering::SeqCst);
        let spec = &self.script.specs[*self.number];
        if spec.teardown && !spec.transient && !self.torn_down {
            self.script.wrong(format!("{} was not torn down", self.number));
        }
        if *self.borrows.get_mut() != 0 {
            self.script.wrong(format!("{} was dropped while it was borrowed", self.number));
        }
    }
}

/// A borrow that checks itself when it begins and when it ends.
enum Loan<'r> {
    Shared(&'r Value),
    Exclusive(&'r mut Value),
    Own(Value),
}

impl Loan<'_> {
    fn begin(self) -> Self {
        match &self {
            Self::Shared(value) if value.borrows.fetch_add(1, Ordering::SeqCst) < 0 => {
                value.script.wrong(format!("{} was shared while it was exclusive", value.number));
            }
            Self::Exclusive(value) if value.borrows.swap(-1, Ordering::SeqCst) != 0 => {
                value.script.wrong(format!("{} was exclusive while it was borrowed", value.number));
            }
            _ => {}
        }
        self
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        match self {
            Self::Shared(value) => {
                std::hint::black_box(value.writes);
                value.borrows.fetch_sub(1, Ordering::SeqCst);
            }
            Self::Exclusive(value) => {
                value.writes += 1;
                value.borrows.store(0, Ordering::SeqCst);
            }
            Self::Own(value) => value.writes += 1,
        }
    }
}

/// All arguments of function `number`.
fn borrow<'r>(args: Args<'r>, number: usize) -> (&'r Arc<Script>, Vec<Loan<'r>>) {
    let script = args.shared::<Arc<Script>>(0);
    let loan = |(index, usage): (usize, &Use)| match usage {
        Use::Shared => Some(Loan::Shared(args.shared(index + 1))),
        Use::Exclusive => Some(Loan::Exclusive(args.exclusive(index + 1))),
        Use::Lazy => None,
        _ => Some(Loan::Own(args.value(index + 1))),
    };
    (script, script.uses[number].iter().enumerate().filter_map(loan).map(Loan::begin).collect())
}

/// Those arguments of function `number` that it awaits: all at the same time, each borrowed from when it is there.
async fn await_lazies<'r>(args: Args<'r>, number: usize) -> Vec<Loan<'r>> {
    let script = args.shared::<Arc<Script>>(0);
    let lazy = script.uses[number].iter().enumerate().filter(|(_, usage)| **usage == Use::Lazy);
    let mut waiting: Vec<Lazy<'r, Value>> = lazy.map(|(index, _)| args.lazy(index + 1)).collect();
    let mut loans = Vec::new();
    poll_fn(|cx| {
        waiting.retain_mut(|lazy| match Pin::new(lazy).poll(cx) {
            Poll::Ready(value) => {
                loans.push(Loan::Shared(value).begin());
                false
            }
            Poll::Pending => true,
        });
        if waiting.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    loans
}

struct Number<const N: usize>;

impl<const N: usize> Provider for Number<N> {
    type Value = Value;
    type Error = Failed;
}

impl<const N: usize> SyncProvider for Number<N> {
    fn build(args: Args<'_>) -> Result<Value, Failed> {
        let (script, _loans) = borrow(args, N);
        let spec = &script.specs[N];
        if spec.kind == Kind::Blocking {
            // So that clients go away in the middle of it, too.
            thread::sleep(Duration::from_micros(50) * u32::try_from(spec.pauses).expect("small"));
        }
        script.act(N)?;
        Ok(Value::new(script, N))
    }
}

impl<const N: usize> AsyncProvider for Number<N> {
    async fn build(args: Args<'_>) -> Result<Value, Failed> {
        let (script, _loans) = borrow(args, N);
        script.pause(N).await;
        let _lazily = await_lazies(args, N).await;
        script.pause(N).await;
        script.act(N)?;
        Ok(Value::new(script, N))
    }
}

impl<const N: usize> TeardownRun for Number<N> {
    type Value = Value;

    async fn run(mut value: Value, _: &Outcome, _: Args<'_>) -> Result<(), Box<Response>> {
        value.torn_down = true;
        value.script.torn_down.lock().unwrap_or_else(PoisonError::into_inner).push(N);
        let script = Arc::clone(&value.script);
        script.pause(N).await;
        Ok(())
    }
}

struct Handler;

impl crate::graph::Handler<()> for Handler {
    const RECORD: RouteRecord = RouteRecord::bare(&DECLARED);
}

const META: RouteMeta = RouteMeta { method: "GET", path: "/", segments: &[], name: "", place: Place::NOWHERE };
static DECLARED: Declaration = Declaration::bare(META);

fn handle(args: Args<'_>) -> Response {
    let (script, _loans) = borrow(args, HANDLER);
    script.act(HANDLER).into_response()
}

async fn handle_async(args: Args<'_>) -> Response {
    let (script, _loans) = borrow(args, HANDLER);
    script.pause(HANDLER).await;
    let _lazily = await_lazies(args, HANDLER).await;
    script.pause(HANDLER).await;
    script.act(HANDLER).into_response()
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// The node of provider number `N`, without its parameters.
fn bare<const N: usize>(spec: &Spec) -> Node {
    let build = match spec.kind {
        Kind::Sync => Build::Sync(sync_call::<Number<N>>()),
        Kind::Blocking => Build::Blocking(sync_call::<Number<N>>()),
        Kind::Async => Build::Async(FutureCall::<bool>::provider::<Number<N>>()),
    };
    let scope = if spec.transient { Scope::Transient } else { Scope::Request };
    let mut node = Node::bare::<Value>("", scope, build);
    node.key = key::<Number<N>>();
    node.error = Some(ErrorInfo::of::<Failed>("Failed", ResponseProbe::<Failed>::RESPOND, None));
    if spec.teardown && !spec.transient {
        node.teardown = Some(Teardown {
            name: "",
            takes: &[],
            call: TeardownCall::of::<Number<N>>(),
            describe: None,
            after_response: false,
        });
    }
    node
}

fn param(node: &'static Node, usage: Use) -> Param {
    Param { usage, ..Param::shared("", "", NodeRef::new(node), true) }
}

/// The script's parameter, and one for each dependency; none that is shared twice, or that excludes what a lazy one uses.
fn params(script: &'static Node, nodes: &[&'static Node], spec: &Spec) -> Vec<Param> {
    let mut params = vec![param(script, Use::Shared)];
    for &(index, asked) in spec.deps.iter().filter(|_| !nodes.is_empty()) {
        let node = nodes[index % nodes.len()];
        let twice = params.iter().any(|param| param.node.get().key == node.key);
        let usage = match (node.scope, asked) {
            (Scope::Transient, _) => Use::Value,
            _ if twice => continue,
            (_, Asked::Exclusive) => Use::Exclusive,
            (_, Asked::Lazy) if spec.kind == Kind::Async => Use::Lazy,
            _ => Use::Shared,
        };
        params.push(param(node, usage));
        if excludes_itself(&params) {
            params.pop();
        }
    }
    params
}

/// Whether a parameter names something that is used while a lazy one is built, and one of the two uses it exclusively.
fn excludes_itself(params: &[Param]) -> bool {
    let lazy = |param: &&Param| param.usage == Use::Lazy;
    params.iter().filter(lazy).any(|lazy| {
        let below = uses_below(lazy.node.get());
        let excluded = |param: &Param| {
            let (key, exclusive) = (param.node.get().key, param.usage == Use::Exclusive);
            below.iter().any(|&(used, exclusively)| used == key && (exclusive || exclusively))
        };
        params.iter().any(excluded)
    })
}

/// All that is used while `node` is built, and what it needs; whether exclusively.
fn uses_below(node: &Node) -> Vec<(std::any::TypeId, bool)> {
    let mut uses = Vec::new();
    for param in node.params {
        uses.push((param.node.get().key, param.usage == Use::Exclusive));
        uses.extend(uses_below(param.node.get()));
    }
    uses
}

/// An executor that keeps what is spawned for the test to poll.
#[derive(Default)]
struct Kept(Mutex<Vec<BoxFuture<'static, ()>>>);

impl Runtime for Kept {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        self.0.lock().expect("nothing panics while it is held").push(future);
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        thread::spawn(job);
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Polls `future` when it is woken, and no more than `polls` times.
fn block_on<F: Future + ?Sized>(mut future: Pin<&mut F>, polls: usize) -> Option<F::Output> {
    struct Unpark(Thread, AtomicBool);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.1.store(true, Ordering::SeqCst);
            self.0.unpark();
        }
    }
    let unpark = Arc::new(Unpark(thread::current(), AtomicBool::new(true)));
    let waker = Waker::from(unpark.clone());
    for _ in 0..polls {
        let mut patience = 100;
        while !unpark.1.swap(false, Ordering::SeqCst) {
            assert_ne!(patience, 0, "a wake-up was lost");
            patience -= 1;
            thread::park_timeout(Duration::from_millis(200));
        }
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
    }
    None
}

struct Ran {
    status: Option<StatusCode>,
    script: Arc<Script>,
    env: Arc<Env>,
}

/// Runs one request, for a client that goes away after so many polls.
fn run(specs: &[Spec], guard: Option<usize>, sequential: bool, polls: usize) -> Ran {
    let bares: [fn(&Spec) -> Node; NODES] =
        [bare::<0>, bare::<1>, bare::<2>, bare::<3>, bare::<4>, bare::<5>, bare::<6>, bare::<7>];
    let script_node = leak(Node { field: Some(0), ..Node::bare::<Arc<Script>>("", Scope::Singleton, Build::Given) });
    let mut nodes: Vec<&'static Node> = Vec::new();
    let mut uses = Vec::new();
    let (handler, providers) = specs.split_last().expect("the last one is the handler's");
    let uses_of = |params: &[Param]| params[1..].iter().map(|param| param.usage).collect::<Vec<_>>();
    for (spec, bare) in providers.iter().zip(bares) {
        let params = params(script_node, &nodes, spec);
        uses.push(uses_of(&params));
        let mut node = bare(spec);
        node.params = leak(params);
        nodes.push(leak(node));
    }
    let roots = leak(params(script_node, &nodes, handler));
    uses.push(uses_of(roots));
    let guard = guard.map(|guard| leak(param(nodes[guard], Use::Run)) as &'static Param);
    let call = match handler.kind {
        Kind::Sync => HandlerCall::Inline(handle),
        Kind::Blocking => HandlerCall::Blocking(handle),
        Kind::Async => HandlerCall::asynchronous::<Handler, Whole<fn() -> Response>, (), _, _>(handle_async),
    };
    let route = RouteRecord::new(leak(Declaration { params: roots, sequential, ..Declaration::bare(META) }), call);
    let plan = Plan::draft(
        &Roots {
            guards: &guard.into_iter().collect::<Vec<_>>(),
            params: &roots.iter().collect::<Vec<_>>(),
            future: match call {
                HandlerCall::Async(call) => (call.layout)(),
                _ => Layout::new::<()>(),
            },
            blocking: handler.kind == Kind::Blocking,
            sequential,
            startup: None,
            overrides: None,
        },
        header(),
    );
    let script = Arc::new(Script {
        specs: specs.to_vec(),
        uses,
        live: AtomicIsize::new(0),
        torn_down: Mutex::default(),
        wrong: Mutex::default(),
    });
    let kept = Arc::new(Kept::default());
    let settings = Settings::default();
    let env = Arc::new(Env {
        container: Some(Arc::new(Arc::clone(&script))),
        runtime: kept.clone(),
        pool: Pool::new(kept.clone(), 2, 8),
        settings,
        plans: vec![plan],
        orphans: Arc::new(Orphans::default()),
        sessions: Arc::default(),
    });
    let (parts, ()) = http::Request::new(()).into_parts();
    let incoming = Incoming { parts, route: None, peer: None };
    let mut response = ResponseFuture::run(Unwritten::new(&env, 0), leak(route), incoming, Body::empty(), false, None);
    let status = block_on(Pin::new(&mut response), polls).map(|response| response.status());
    drop(response);
    let orphans = std::mem::take(&mut *kept.0.lock().expect("nothing panics while it is held"));
    for mut orphan in orphans {
        block_on(orphan.as_mut(), usize::MAX);
    }
    Ran { status, script, env }
}

impl Ran {
    /// What must hold however the request ended.
    fn check(&self) -> Result<(), TestCaseError> {
        for _ in 0..2000 {
            if self.script.live.load(Ordering::SeqCst) == 0 {
                break;
            }
            // A job that nobody waits for, since nothing is torn down after it, ends on its own.
            prop_assert!(self.status.is_none(), "values outlive the response");
            thread::sleep(Duration::from_millis(1));
        }
        prop_assert_eq!(self.script.live.load(Ordering::SeqCst), 0, "values that were built are dropped, each once");
        let wrong = self.script.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        prop_assert!(wrong.is_empty(), "{:?}", wrong);
        let torn_down = self.script.torn_down.lock().unwrap_or_else(PoisonError::into_inner);
        let steps = &self.env.plans[0].steps;
        let keys = keys();
        let place = |number: &usize| steps.iter().position(|step| step.node.key == keys[*number]);
        let places: Vec<_> = torn_down.iter().map(place).collect();
        prop_assert!(places.is_sorted_by(|a, b| a > b), "teardowns in reverse plan order: {:?}", places);
        Ok(())
    }

    /// What the response must be, if there is one.
    fn expected(&self) -> StatusCode {
        let keys = keys();
        let numbers = self.env.plans[0]
            .steps
            .iter()
            .map(|step| keys.iter().position(|key| *key == step.node.key).expect("each step is of one of the nodes"));
        // Faults apart from the first are never reached, or lose to it: the left-most wins.
        let faulty = numbers.chain([HANDLER]).find(|&number| self.script.specs[number].fault != Fault::None);
        match faulty.map(|number| (number, self.script.specs[number].fault)) {
            Some((number, Fault::Refuse)) => status(number),
            Some(_) => StatusCode::INTERNAL_SERVER_ERROR,
            None => StatusCode::OK,
        }
    }
}

fn keys() -> [std::any::TypeId; NODES] {
    let all = [
        key::<Number<0>>(),
        key::<Number<1>>(),
        key::<Number<2>>(),
        key::<Number<3>>(),
        key::<Number<4>>(),
        key::<Number<5>>(),
        key::<Number<6>>(),
        key::<Number<7>>(),
    ];
    array::from_fn(|number| all[number])
}

/// Fewer under Miri, which is slow, and without the files that proptest keeps.
fn config() -> ProptestConfig {
    let cases = if cfg!(miri) { 12 } else { 1000 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_graph_is_answered_as_its_left_most_fault_says(
        specs in vec(spec(false), NODES + 1), guard in prop::option::of(0..NODES), sequential in any::<bool>(),
    ) {
        let ran = run(&specs, guard, sequential, usize::MAX);
        prop_assert_eq!(ran.status, Some(ran.expected()));
        ran.check()?;
    }

    #[test]
    fn any_graph_is_cleaned_up_when_its_client_goes(
        specs in vec(spec(false), NODES + 1), sequential in any::<bool>(), polls in 0..12_usize,
    ) {
        let ran = run(&specs, None, sequential, polls);
        if let Some(status) = ran.status {
            prop_assert_eq!(status, ran.expected());
        }
        ran.check()?;
    }

    /// Every function awaits all that it asks for lazily; when it does, later ones may have failed already.
    #[test]
    fn any_lazy_graph_is_answered_by_one_of_its_faults(
        specs in vec(spec(true), NODES + 1), guard in prop::option::of(0..NODES), sequential in any::<bool>(),
    ) {
        let ran = run(&specs, guard, sequential, usize::MAX);
        let status = ran.status.expect("it is awaited");
        match ran.expected() {
            StatusCode::OK => prop_assert_eq!(status, StatusCode::OK),
            _ => prop_assert!(status.as_u16() >= 400, "{}", status),
        }
        ran.check()?;
    }

    #[test]
    fn any_lazy_graph_is_cleaned_up_when_its_client_goes(
        specs in vec(spec(true), NODES + 1), sequential in any::<bool>(), polls in 0..16_usize,
    ) {
        run(&specs, None, sequential, polls).check()?;
    }
}

/// So that the counter of what is built is known to count.
#[test]
fn a_request_without_faults_builds_all_that_its_handler_reaches() {
    let spec =
        Spec { kind: Kind::Async, transient: false, teardown: true, deps: Vec::new(), fault: Fault::None, pauses: 1 };
    let chain = |number: usize| Spec { kind: [Kind::Async, Kind::Blocking, Kind::Sync][number % 3], ..spec.clone() };
    let mut specs: Vec<Spec> = (0..=NODES).map(chain).collect();
    for spec in &mut specs {
        spec.deps = vec![(1, Asked::Exclusive); 2];
    }
    let ran = run(&specs, None, false, usize::MAX);
    assert_eq!(ran.status, Some(StatusCode::OK));
    assert!(!ran.script.torn_down.lock().expect("nothing panicked").is_empty());
}

/// All graphs of three providers and a handler, by who takes whom and how, and by who runs on the pool.
#[test]
fn in_every_small_graph_those_who_write_are_alone() {
    const SMALL: usize = 3;
    let pairs: Vec<(usize, usize)> = (0..=SMALL).flat_map(|user| (0..user).map(move |used| (user, used))).collect();
    let asked = [None, Some(Asked::Shared), Some(Asked::Exclusive)];
    for graph in 0..asked.len().pow(u32::try_from(pairs.len()).expect("few")) {
        for kinds in 0..1_usize << (SMALL + 1) {
            let spec = |number: usize| Spec {
                kind: if kinds >> number & 1 == 1 { Kind::Blocking } else { Kind::Async },
                transient: false,
                teardown: true,
                deps: Vec::new(),
                fault: Fault::None,
                pauses: 1,
            };
            // What is beyond the small graph is reached by nobody.
            let mut specs: Vec<Spec> = (0..SMALL).map(spec).collect();
            specs.extend((SMALL..NODES).map(|_| spec(SMALL + 1)));
            specs.push(spec(SMALL));
            for (at, &(user, used)) in pairs.iter().enumerate() {
                if let Some(asked) = asked[graph / asked.len().pow(u32::try_from(at).expect("few")) % asked.len()] {
                    let user = if user == SMALL { HANDLER } else { user };
                    specs[user].deps.push((used, asked));
                }
            }
            let ran = run(&specs, None, false, usize::MAX);
            assert_eq!(ran.status, Some(StatusCode::OK), "{specs:?}");
            ran.check().unwrap_or_else(|error| panic!("{error}: {specs:?}"));
        }
    }
}
