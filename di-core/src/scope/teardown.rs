//! How is a value torn down?
//!
//! By a function of the value, the outcome, and up to four references to what its provider took or to singletons. It may
//! be plain or asynchronous; [`TeardownFn`] takes either, told apart by what it returns.
#![allow(unsafe_code)]

use std::{
    alloc::Layout,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use http::StatusCode;

use super::{
    Args,
    block::{BlockRef, State},
    call::{drop_future, map},
    drive::{Active, Core, Flow, Keep, Stage},
};
use crate::{
    describe::Replies,
    graph::{NodeRef, Provide, Teardown},
    outcome::Outcome,
    response::{IntoResponse, Later, Response, unexplained},
    unwind::guard,
};

/// What a teardown has come to; boxed, since hardly one fails, and a response is large enough for its moves to cost.
pub(crate) type Ended = Result<(), Box<Response>>;

/// How a teardown is called, without its types.
#[derive(Debug, Clone, Copy)]
pub struct TeardownCall {
    pub(crate) layout: fn() -> Layout,
    /// Takes the value behind the first pointer; leaves the future behind the last.
    init: for<'r> unsafe fn(*mut u8, &'r Outcome, Args<'r>, *mut u8),
    poll: unsafe fn(*mut u8, &mut Context<'_>) -> Poll<Ended>,
    drop: unsafe fn(*mut u8),
    /// Of a plain one: all of it at once, without a future.
    plain: Option<ErasedPlain>,
}

/// Calls a plain teardown of a `T`.
type Plainly<T> = for<'r> fn(T, &'r Outcome, Args<'r>) -> Ended;

type ErasedPlain = for<'r> unsafe fn(*mut u8, &'r Outcome, Args<'r>) -> Ended;

/// A provider's teardown, as generated code calls it.
pub trait TeardownRun: 'static {
    /// The provided type, which is `Send`: that is asked where it is provided.
    type Value: 'static;
    /// Calls it, if it is plain.
    const PLAIN: Option<Plainly<Self::Value>> = None;
    /// Calls it.
    fn run<'r>(value: Self::Value, outcome: &'r Outcome, args: Args<'r>) -> impl Future<Output = Ended> + Send;
}

impl TeardownCall {
    /// Erases a teardown.
    #[must_use]
    pub const fn of<T: TeardownRun>() -> Self {
        unsafe fn init<T: TeardownRun>(value: *mut u8, outcome: &Outcome, args: Args<'_>, at: *mut u8) {
            // SAFETY: the caller hands over the value and has room for the future.
            unsafe { std::ptr::write(at.cast(), T::run(value.cast::<T::Value>().read(), outcome, args)) }
        }
        unsafe fn poll<Fut: Future<Output = Ended>>(at: *mut u8, cx: &mut Context<'_>) -> Poll<Ended> {
            // SAFETY: the caller keeps the live future pinned at `at`.
            unsafe { Pin::new_unchecked(&mut *at.cast::<Fut>()) }.poll(cx)
        }
        unsafe fn plain<T: TeardownRun>(value: *mut u8, outcome: &Outcome, args: Args<'_>) -> Ended {
            let call = T::PLAIN.expect("only what is plain comes here");
            // SAFETY: the caller hands over the value.
            call(unsafe { value.cast::<T::Value>().read() }, outcome, args)
        }
        const fn sized<T, F, Fut>(_: &F) -> TeardownCall
        where
            T: TeardownRun,
            F: Fn(T::Value, &'static Outcome, Args<'static>) -> Fut,
            Fut: Future<Output = Ended>,
        {
            TeardownCall {
                layout: Layout::new::<Fut>,
                init: init::<T>,
                poll: poll::<Fut>,
                drop: drop_future::<Fut>,
                plain: if T::PLAIN.is_some() { Some(plain::<T>) } else { None },
            }
        }
        sized::<T, _, _>(&T::run)
    }
}

/// Tears down what is left, from the last step to the first.
pub(super) fn poll(block: &BlockRef, core: &mut Core, cx: &mut Context<'_>) -> Flow {
    if core.away.is_some() {
        if block.header().hop.wait(cx.waker()) {
            return Flow::Pending;
        }
        block.land(core);
    }
    loop {
        let (next, after) = match core.stage {
            Stage::Teardown(next) => (next, false),
            Stage::After(next) => (next, true),
            Stage::Steps | Stage::Handler | Stage::Opened | Stage::Later | Stage::Done => return Flow::Done,
        };
        if core.scratch.is_none() {
            let teardowns = block.plan().teardowns.iter().rev();
            let Some(&step) = teardowns.filter(|&&step| step < next).find(|&&step| due(block, step, after)) else {
                core.stage = Stage::Done;
                return Flow::Done;
            };
            if let Some(result) = begin(block, core, step) {
                ended(block, core, result);
                continue;
            }
        }
        let Active::Teardown(step) = core.active else { unreachable!("a teardown has begun") };
        let Some((call, _)) = &block.plan().steps[step].teardown else { unreachable!("it has a teardown") };
        // SAFETY: the scratch room holds the future, which does not move.
        match unsafe { (call.poll)(block.scratch(), cx) } {
            Poll::Ready(result) => {
                block.empty_scratch(core);
                core.deadline = None;
                ended(block, core, result);
            }
            Poll::Pending => {
                let env = &block.header().env;
                let deadline = core.deadline.get_or_insert_with(|| env.runtime.sleep(env.settings.teardown_deadline));
                if deadline.as_mut().poll(cx).is_pending() {
                    return Flow::Pending;
                }
                let name = block.plan().steps[step].node.function.name;
                let late = unexplained(format!("teardown of `{name}` missed its deadline"));
                failed(block, core, late, Outcome::Error(StatusCode::INTERNAL_SERVER_ERROR));
            }
        }
    }
}

/// Whether a step has something to tear down, before the response or after it.
pub(super) fn due(block: &BlockRef, index: usize, after: bool) -> bool {
    let step = &block.plan().steps[index];
    step.teardown.is_some() && step.after_response == after && block.is_ready(index)
}

/// Begins a teardown; says what it has come to, if it has.
fn begin(block: &BlockRef, core: &mut Core, step: usize) -> Option<Ended> {
    let Some((call, args)) = &block.plan().steps[step].teardown else { unreachable!("it is due") };
    core.stage = if matches!(core.stage, Stage::After(_)) { Stage::After(step) } else { Stage::Teardown(step) };
    core.active = Active::Teardown(step);
    // Before the call, so that a panic does not tear the value down twice.
    block.set_state(step, State::Taken);
    let args = Args::new(**block, args.start);
    if let Some(plain) = call.plain {
        // SAFETY: the state said that the value is there; the outcome is set only between teardowns.
        return Some(unsafe { plain(block.slot(step), block.outcome(), args) });
    }
    // SAFETY: as above; the plan has laid out the scratch room for this future, and it is empty.
    unsafe { (call.init)(block.slot(step), block.outcome(), args, block.scratch()) };
    core.scratch = Some(call.drop);
    None
}

/// Records what a teardown has come to.
fn ended(block: &BlockRef, core: &mut Core, result: Ended) {
    if let Err(mut response) = result {
        // Of handlers and providers the compiler refuses it; what a teardown returns, it tells nobody before this is compiled.
        if response.status().is_success() {
            let cause = format!("a teardown failed with an error that would be sent as {}", response.status());
            let success = std::mem::replace(&mut *response, unexplained(cause));
            guard("a teardown's error", || drop(success));
        }
        let outcome = Outcome::Error(response.status());
        failed(block, core, *response, outcome);
    }
}

/// Tells the log of a failure that nobody else is told of.
fn log(block: &BlockRef, core: &Core, response: &Response) {
    let (Stage::Teardown(step) | Stage::After(step)) = core.stage else { return };
    let function = block.plan().steps[step].node.function.name;
    tracing::error!("teardown of `{function}` failed with {}", response.status());
}

/// Records that a teardown failed: later ones see it, and the first failure becomes the response.
pub(super) fn failed(block: &BlockRef, core: &mut Core, mut response: Response, outcome: Outcome) {
    if Later::of(&mut response).is_some() {
        let cause = "a teardown failed with a response that has yet to be completed, for which it is too late";
        response = unexplained(cause.to_owned());
    }
    block.empty_scratch(core);
    core.deadline = None;
    if matches!(core.stage, Stage::After(_)) {
        return log(block, core, &response);
    }
    // SAFETY: the running teardown has just been dropped.
    let before = unsafe { block.outcome() }.clone();
    if !before.is_success() || core.errors != Keep::AsResponses {
        log(block, core, &response);
    }
    if before.is_success() {
        core.response = Some(response);
    }
    if before.is_success() || outcome == Outcome::Panic {
        // SAFETY: as above.
        unsafe { block.set_outcome(outcome) };
    }
}

/// What a teardown takes beside value and outcome: a tuple of types, for their nodes.
pub trait Takes<C> {
    /// The provider of each.
    const NODES: &'static [NodeRef];
    /// Asks that they are provided, in a place that is never called.
    fn are_provided(_: PhantomData<Self>) {}
}

/// A list of types, each a pair with the list of the rest, all of which are provided in `C`.
pub trait AllProvided<C> {}
impl<C> AllProvided<C> for () {}
impl<C, A: Provide<C>, B: AllProvided<C>> AllProvided<C> for (A, B) {}

/// What a teardown is asked about: what it takes. Where something is missing of what its provider takes, which are `P`, that has been
/// said, and the teardown, which may take the same, is asked about nothing.
#[derive(Debug)]
pub struct Asked<P, C>(PhantomData<(P, C)>);

impl<P, C> Clone for Asked<P, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, C> Copy for Asked<P, C> {}

impl<P, C> Asked<P, C> {
    /// The only one.
    pub const NEW: Self = Self(PhantomData);
}

impl<P: AllProvided<C>, C> Asked<P, C> {
    /// The answer where nothing is missing.
    #[must_use]
    pub fn about<T>(self, taken: PhantomData<T>) -> PhantomData<T> {
        taken
    }
}

/// The answer where something is missing.
pub trait AskedNothing: Sized {
    /// The answer.
    #[must_use]
    fn about<T>(self, _: PhantomData<T>) -> PhantomData<()> {
        PhantomData
    }
}

impl<P, C> AskedNothing for Asked<P, C> {}

/// A function that tears down a `T`; `M` tells apart how many arguments it takes and whether it is asynchronous, `SENT` whether a `T` is
/// `Send`: of one that is not so much has been said where it is provided, and any function will do.
#[diagnostic::on_unimplemented(
    message = "this function cannot tear down a `{T}`",
    label = "not a teardown of `{T}`",
    note = "a teardown takes the value, `&Outcome`, and up to four shared references to singletons or to what its provider took; its future is `Send`",
    note = "help: write `async fn name(value: {T}, outcome: &Outcome) -> Result<(), Error>`, or the same without `async`"
)]
pub trait TeardownFn<T, M, const SENT: bool = true>: Copy + Send + Sync + 'static {
    /// What it returns.
    type Output;
    /// What it takes beside value and outcome.
    type Takes;
    /// Calls it, if it is plain.
    #[allow(clippy::type_complexity)]
    const PLAIN: Option<for<'r> fn(Self, T, &'r Outcome, Args<'r>) -> Self::Output>;
    /// Calls it.
    fn tear_down<'r>(self, value: T, outcome: &'r Outcome, args: Args<'r>)
    -> impl Future<Output = Self::Output> + Send;
    /// Asks that it is one, in a place that is never called: here, and not in the bounds of [`teardown`] first, because the compiler
    /// would quote them.
    fn is_one(self) -> PhantomData<Self::Takes> {
        PhantomData
    }
}

/// Marks a plain teardown.
#[derive(Debug)]
pub struct Plain;
/// Marks an asynchronous teardown.
#[derive(Debug)]
pub struct Asynchronous;
/// Marks one of what cannot be provided.
#[derive(Debug)]
pub struct Refused;

#[diagnostic::do_not_recommend]
impl<F: Copy + Send + Sync + 'static, T> TeardownFn<T, Refused, false> for F {
    type Output = ();
    type Takes = ();
    const PLAIN: Option<for<'r> fn(Self, T, &'r Outcome, Args<'r>)> = None;

    fn tear_down<'r>(self, _: T, _: &'r Outcome, _: Args<'r>) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }
}

macro_rules! teardown_fn {
    ($call:ident: $($arg:ident $index:tt),*) => {
        /// A call for one lifetime, so that what it returns may depend on it.
        #[doc(hidden)]
        #[allow(non_snake_case)]
        pub trait $call<'r, T, $($arg: 'static),*>: Copy + Send + Sync + 'static {
            type Output;
            fn call(self, value: T, outcome: &'r Outcome, $($arg: &'r $arg),*) -> Self::Output;
        }

        impl<'r, F, T, O, $($arg: 'static),*> $call<'r, T, $($arg),*> for F
        where
            F: Fn(T, &'r Outcome, $(&'r $arg),*) -> O + Copy + Send + Sync + 'static,
        {
            type Output = O;
            #[allow(non_snake_case)]
            fn call(self, value: T, outcome: &'r Outcome, $($arg: &'r $arg),*) -> O {
                self(value, outcome, $($arg),*)
            }
        }

        impl<C, $($arg: Provide<C>),*> Takes<C> for ($($arg,)*) {
            const NODES: &'static [NodeRef] = &[$(<$arg as Provide<C>>::NODE),*];
        }

        impl<F, T, O, $($arg: Sync + 'static),*> TeardownFn<T, (Plain, O, $($arg,)*)> for F
        where
            F: for<'r> $call<'r, T, $($arg,)* Output = O>,
            T: Send + 'static,
            O: PlainOutput,
        {
            type Output = O;
            type Takes = ($($arg,)*);
            const PLAIN: Option<for<'r> fn(Self, T, &'r Outcome, Args<'r>) -> O> = {
                fn plain<'r, F, T, O, $($arg: Sync + 'static),*>(
                    teardown: F,
                    value: T,
                    outcome: &'r Outcome,
                    args: Args<'r>,
                ) -> O
                where
                    F: for<'any> $call<'any, T, $($arg,)* Output = O>,
                {
                    let _ = args;
                    teardown.call(value, outcome, $(args.taken::<$arg>($index)),*)
                }
                Some(plain::<F, T, O, $($arg),*>)
            };
            fn tear_down<'r>(
                self,
                value: T,
                outcome: &'r Outcome,
                args: Args<'r>,
            ) -> impl Future<Output = O> + Send {
                let _ = args;
                std::future::ready(self.call(value, outcome, $(args.taken::<$arg>($index)),*))
            }
        }

        impl<F, T, O, $($arg: Sync + 'static),*> TeardownFn<T, (Asynchronous, O, $($arg,)*)> for F
        where
            F: for<'r> $call<'r, T, $($arg),*>,
            for<'r> <F as $call<'r, T, $($arg),*>>::Output: Future<Output = O> + Send,
            T: Send + 'static,
        {
            type Output = O;
            type Takes = ($($arg,)*);
            const PLAIN: Option<for<'r> fn(Self, T, &'r Outcome, Args<'r>) -> O> = None;
            fn tear_down<'r>(
                self,
                value: T,
                outcome: &'r Outcome,
                args: Args<'r>,
            ) -> impl Future<Output = O> + Send {
                let _ = args;
                self.call(value, outcome, $(args.taken::<$arg>($index)),*)
            }
        }
    };
}

/// What a plain teardown may return; a future it is not.
pub trait PlainOutput: Send + 'static {}
impl PlainOutput for () {}
impl<E: Send + 'static> PlainOutput for Result<(), E> {}

/// What a teardown came to.
#[diagnostic::on_unimplemented(
    message = "a teardown cannot return `{Self}`",
    label = "returns `{Self}`",
    note = "help: return nothing, or `Result<(), E>` with an `E` that implements `IntoResponse` or `std::error::Error`"
)]
pub trait TornDown: Sized {
    /// Says which responses it becomes where it is an error.
    const DESCRIBE: Option<fn(&mut Replies)>;
    /// Itself: asks that it is one.
    #[must_use]
    fn torn_down(self) -> Self {
        self
    }
    /// Its error as the response that takes the place of the handler's.
    fn into_result(self) -> Result<(), Response>;
}

#[diagnostic::do_not_recommend]
impl TornDown for () {
    const DESCRIBE: Option<fn(&mut Replies)> = None;

    fn into_result(self) -> Result<(), Response> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<E: IntoResponse> TornDown for Result<(), E> {
    const DESCRIBE: Option<fn(&mut Replies)> = Some(E::describe);

    fn into_result(self) -> Result<(), Response> {
        self.map_err(IntoResponse::into_response)
    }
}

/// Describes the teardown function `F`, whose output `G` turns into a `W`, and which takes what `H` says, by its type; none has a size.
#[must_use]
pub const fn teardown<C, T, M, F, G, W, H, K, const SENT: bool>(
    _: TeardownOf<C, T, SENT>,
    name: &'static str,
    teardown: F,
    torn_down: G,
    taken: H,
) -> Teardown
where
    T: 'static,
    M: 'static,
    F: TeardownFn<T, M, SENT>,
    G: Fn(F::Output) -> W + Copy + Send + 'static,
    W: TornDown + 'static,
    H: Fn() -> PhantomData<K> + Copy,
    K: Takes<C>,
{
    let _ = (teardown, torn_down, taken);
    let call = TeardownCall::of::<Functions<T, M, F, G, W, SENT>>();
    Teardown { name, takes: K::NODES, call, describe: W::DESCRIBE, after_response: false }
}

/// Which container and provided type a teardown is for, and whether that is `Send`.
#[derive(Debug)]
pub struct TeardownOf<C, T, const SENT: bool>(PhantomData<fn(C, T)>);

impl<C, T, const SENT: bool> TeardownOf<C, T, SENT> {
    /// The only one.
    pub const NEW: Self = Self(PhantomData);
}

/// The two functions of a teardown, as a type.
struct Functions<T, M, F, G, W, const SENT: bool>(PhantomData<(T, M, F, G, W)>);

impl<T, M, F, G, W, const SENT: bool> TeardownRun for Functions<T, M, F, G, W, SENT>
where
    T: 'static,
    M: 'static,
    F: TeardownFn<T, M, SENT>,
    G: Fn(F::Output) -> W + Copy + Send + 'static,
    W: TornDown + 'static,
{
    type Value = T;

    const PLAIN: Option<Plainly<T>> = match F::PLAIN {
        Some(_) => Some(|value, outcome, args| {
            // SAFETY: `teardown` alone names this type, and had one of each.
            let (teardown, torn_down) = unsafe { (conjure::<F>(), conjure::<G>()) };
            let plain = F::PLAIN.expect("it is plain");
            torn_down(plain(teardown, value, outcome, args)).into_result().map_err(Box::new)
        }),
        None => None,
    };

    fn run<'r>(value: T, outcome: &'r Outcome, args: Args<'r>) -> impl Future<Output = Ended> + Send {
        // SAFETY: `teardown` alone names this type, and had one of each.
        let (teardown, torn_down) = unsafe { (conjure::<F>(), conjure::<G>()) };
        map(teardown.tear_down(value, outcome, args), move |output| torn_down(output).into_result().map_err(Box::new))
    }
}

/// A copy of a value without size: a function or a closure that captures nothing.
///
/// # Safety
///
/// There has been a `T`.
unsafe fn conjure<T: Copy>() -> T {
    const { assert!(size_of::<T>() == 0, "a teardown is a function, not a value") };
    // SAFETY: a value without size is read from anywhere; there has been one, which can be copied.
    unsafe { std::ptr::NonNull::<T>::dangling().read() }
}

teardown_fn!(Call0:);
teardown_fn!(Call1: A 0);
teardown_fn!(Call2: A 0, B 1);
teardown_fn!(Call3: A 0, B 1, D 2);
teardown_fn!(Call4: A 0, B 1, D 2, E 3);
