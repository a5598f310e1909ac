//! What moves a request forward?
//!
//! ```text
//! Steps ──> Handler ──> Teardown ──> Done
//!   └── refusal, 422, panic ──┘
//! ```
//!
//! Between steps and handler of a [`session`] its head is given out.
//!
//! [`drive`] is called by the response's future whenever it is polled, and by a thread of the pool that was sent the
//! block. It goes as far as it can; a panic of user code is caught around the whole of it.
#![allow(unsafe_code)]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::Ordering,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::StatusCode;

use super::{
    Args, FutureCall,
    block::{BlockRef, State},
    call,
    context::within,
    hop, job, lazy,
    request::BodyState,
    session, steps, teardown,
    trace::Trace,
};
use crate::{
    body::BoxError,
    graph::{Decorates, HandlerCall},
    outcome::Outcome,
    pool::Permit,
    response::{Asked, IntoResponse, InvalidInput, Later, Problem, Response, unexplained},
    rt::BoxFuture,
    unwind::{Panic, discard, guard, message},
};

/// How far a block has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The plan's steps are being built.
    Steps,
    /// The handler is due or runs.
    Handler,
    /// The head of a session has been given out; the handler is due in a task of its own.
    Opened,
    /// There is a response, which is being completed.
    Later,
    /// Values are torn down; those of the steps from this number on are.
    Teardown(usize),
    /// The response has gone out, and values are torn down that were kept for it; those of the steps from this number on are.
    After(usize),
    /// There is a response, or after it nothing is left to do.
    Done,
}

/// Whose code runs, so that a panic can be laid at its door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Active {
    Step(usize),
    Handler,
    Teardown(usize),
}

/// Why a step refused.
pub(super) enum Why {
    /// The client is told.
    Response(Box<Response>, Outcome),
    /// Whoever builds the container is told.
    Error(BoxError),
}

/// What becomes of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// They become responses at once.
    AsResponses,
    /// They are kept, for whoever runs a job.
    ForJob,
    /// They are kept, for whoever builds the container.
    ForStartup,
}

/// The engine's own part of a block.
pub(super) struct Core {
    pub(super) stage: Stage,
    /// Whether anything has been done of it.
    pub(super) begun: bool,
    /// Whether the one step that runs has just been polled.
    pub(super) polled: bool,
    pub(super) phase: usize,
    /// All steps before this one have ended.
    pub(super) cursor: usize,
    pub(super) active: Active,
    /// Whether anything is other than ready: only then need a step look at what it depends on.
    pub(super) trouble: bool,
    /// The left-most refusal of the phase.
    pub(super) refusal: Option<(usize, Why)>,
    /// The one step that is with the pool, or back from it and not yet landed.
    pub(super) away: Option<usize>,
    /// Invalid inputs, each with its place in the order of declaration.
    pub(super) invalid: Vec<(usize, Vec<InvalidInput>)>,
    pub(super) body: BodyState,
    /// Drops the future in the scratch room.
    pub(super) scratch: Option<unsafe fn(*mut u8)>,
    pub(super) response: Option<Response>,
    /// The response that is being completed.
    pub(super) later: Option<BoxFuture<'static, Response>>,
    /// The outcome of a response that is complete but for what values set on it.
    pub(super) outcome: Option<Outcome>,
    pub(super) deadline: Option<BoxFuture<'static, ()>>,
    pub(super) errors: Keep,
    /// Whether a context has been built that has not been entered yet.
    pub(super) entering: bool,
    /// Whether contexts are not entered, because one has panicked.
    pub(super) outside: bool,
    /// What took how long, if anybody wants to know.
    pub(super) trace: Option<Box<Trace>>,
    /// Whether all values have been dropped.
    pub(super) cleared: bool,
    /// Whether a `GET` route answers a `HEAD`.
    pub(super) head: bool,
    /// Whether a session is open.
    pub(super) opened: bool,
    /// That the pool has admitted the request.
    pub(super) permit: Option<Permit>,
}

impl Core {
    /// Writes the core of a block of which nothing has been done yet.
    ///
    /// Field by field: most of them are nothing yet, and a core made elsewhere would be copied as a whole.
    ///
    /// # Safety
    ///
    /// There is room for a core at `at`.
    #[inline]
    pub(super) unsafe fn begin(at: *mut Self, body: BodyState) {
        macro_rules! write {
            ($($field:ident: $value:expr,)*) => {
                // SAFETY: by the caller's promise, field by field.
                unsafe { $((&raw mut (*at).$field).write($value);)* }
                // Every field is written, or this does not compile.
                let _ = |Self { $($field: _),* }: Self| ();
            };
        }
        write! {
            stage: Stage::Steps,
            begun: false,
            polled: false,
            phase: 0,
            cursor: 0,
            active: Active::Handler,
            trouble: false,
            refusal: None,
            away: None,
            invalid: Vec::new(),
            body: body,
            scratch: None,
            response: None,
            later: None,
            outcome: None,
            deadline: None,
            errors: Keep::AsResponses,
            entering: false,
            outside: false,
            trace: None,
            cleared: false,
            head: false,
            opened: false,
            permit: None,
        }
    }

    /// Drops what completes the response.
    #[inline]
    pub(super) fn drop_later(&mut self) {
        if let Some(later) = self.later.take() {
            guard("the response", || drop(later));
        }
    }

    /// Gives back what a block whose response is known needs no more, though its values stay.
    #[inline]
    pub(super) fn release(&mut self) {
        if self.permit.is_some() || self.body.holds_anything() {
            self.give_back();
        }
    }

    #[inline(never)]
    fn give_back(&mut self) {
        self.permit = None;
        let body = std::mem::replace(&mut self.body, BodyState::Read(Bytes::new()));
        guard("the request's body", || drop(body));
    }
}

/// Where a block has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Done,
    /// Something is under way that will wake the task.
    Pending,
    /// A context has been built, which is to be entered before the next thing runs.
    Enter,
    /// The next thing blocks: the block is to go to the pool.
    Away,
    /// The pool's thread has met something that only the executor can do.
    Handback,
}

/// Who drives.
pub(super) enum Driver<'a, 'w> {
    Executor(&'a mut Context<'w>),
    Pool,
}

/// Drives from the executor.
pub(super) fn poll(block: &BlockRef, cx: &mut Context<'_>) -> Poll<()> {
    let header = block.header();
    loop {
        if header.hop.is_away() && header.hop.wait(cx.waker()) {
            return Poll::Pending;
        }
        match catching(block, &mut Driver::Executor(cx)) {
            Flow::Done => return Poll::Ready(()),
            Flow::Pending => return Poll::Pending,
            // Sent from here, where no borrow of the core is left: the pool's thread takes one of its own at once.
            Flow::Away => hop::send_block(block),
            Flow::Handback | Flow::Enter => {}
        }
    }
}

/// Drives on a thread of the pool, as far as no executor is needed.
pub(super) fn on_pool(block: &BlockRef) {
    let _ = catching(block, &mut Driver::Pool);
}

#[inline]
fn catching(block: &BlockRef, driver: &mut Driver<'_, '_>) -> Flow {
    loop {
        // SAFETY: only the driver gets here: the executor while the block is not away, the pool's thread while it is.
        let mut drive = || catch_unwind(AssertUnwindSafe(|| drive(block, unsafe { block.core() }, driver)));
        // SAFETY: as above; the borrow ends here.
        let contexts = !block.plan().contexts.is_empty() && !unsafe { block.core() }.outside;
        let flow = if contexts { entered(block, drive) } else { drive() };
        match flow {
            Ok(Flow::Enter) => {}
            Ok(flow) => return flow,
            Err(panic) if contexts && may_enter(block) => blamed_within(block, panic),
            Err(panic) => {
                // SAFETY: as above; the borrow above ended with the panic.
                panicked(block, unsafe { block.core() }, panic);
            }
        }
    }
}

/// Drives within the request's contexts.
#[inline(never)]
fn entered(block: &BlockRef, drive: impl FnOnce() -> Result<Flow, Panic>) -> Result<Flow, Panic> {
    let mut flow = Ok(Flow::Enter);
    let enter = catch_unwind(AssertUnwindSafe(|| within(**block, &block.plan().contexts, || flow = drive())));
    if let Err(panic) = enter {
        // SAFETY: the borrow of `drive` has ended, with its panic or without.
        let core = unsafe { block.core() };
        let message = message(&*panic);
        // Where a context panics, nothing is entered any more.
        core.outside = true;
        let going_on = matches!(flow, Ok(ref driven) if *driven != Flow::Done);
        if going_on {
            flow = Ok(Flow::Enter);
        }
        if going_on && matches!(core.stage, Stage::Steps | Stage::Handler | Stage::Later) {
            stop(block, core);
            finish_panicked(block, core, "a context", message);
        } else {
            tracing::error!("a context panicked: {message}");
        }
        discard(panic);
    }
    flow
}

/// Whether what has panicked is no context, which is dropped when it is blamed.
fn may_enter(block: &BlockRef) -> bool {
    // SAFETY: the caller drives the block, and no other borrow of the core is alive.
    match unsafe { block.core() }.active {
        Active::Step(step) => !block.plan().contexts.contains(&step),
        _ => true,
    }
}

/// As [`panicked`], within the request's contexts, so that the log has it where it has all else of the request.
#[cold]
fn blamed_within(block: &BlockRef, panic: Panic) {
    let mut panic = Some(panic);
    let mut blame = || {
        if let Some(panic) = panic.take() {
            // SAFETY: the caller drives the block, and no other borrow of the core is alive.
            panicked(block, unsafe { block.core() }, panic);
        }
    };
    let entered = catch_unwind(AssertUnwindSafe(|| within(**block, &block.plan().contexts, &mut blame)));
    if let Err(panic) = entered {
        discard(panic);
    }
    // If a context has panicked instead.
    blame();
}

fn drive(block: &BlockRef, core: &mut Core, driver: &mut Driver<'_, '_>) -> Flow {
    loop {
        let flow = match core.stage {
            Stage::Steps => steps::drive(block, core, driver),
            Stage::Handler => handle(block, core, driver),
            Stage::Later => complete(block, core, driver),
            Stage::Teardown(_) | Stage::After(_) => match driver {
                Driver::Executor(cx) => teardown::poll(block, core, cx),
                Driver::Pool => Flow::Handback,
            },
            Stage::Opened | Stage::Done => return Flow::Done,
        };
        if flow != Flow::Done {
            return flow;
        }
    }
}

/// Settles what the steps have come to: a refusal, the 422 of invalid inputs, or the handler's turn.
pub(super) fn settle(block: &BlockRef, core: &mut Core) {
    if core.errors == Keep::ForStartup {
        let torn_down = core.refusal.is_some() && block.plan().tears_down;
        core.stage = if torn_down { Stage::Teardown(block.plan().steps.len()) } else { Stage::Done };
        return;
    }
    match core.refusal.take() {
        Some((_, Why::Response(response, outcome))) => finish(block, core, *response, outcome),
        Some((step, Why::Error(source))) => {
            let response = job::refused(block.plan().steps[step].node.function.name, source);
            let outcome = Outcome::Error(response.status());
            finish(block, core, response, outcome);
        }
        None if core.invalid.is_empty() => core.stage = Stage::Handler,
        None => {
            core.invalid.sort_by_key(|&(declared, _)| declared);
            let mut errors: Vec<InvalidInput> = Vec::new();
            for (_, found) in core.invalid.drain(..) {
                // What several functions have read alike is told once.
                let new: Vec<InvalidInput> = found.into_iter().filter(|found| !errors.contains(found)).collect();
                errors.extend(new);
            }
            let response = Problem::invalid(errors).into_response();
            let outcome = Outcome::Error(response.status());
            finish(block, core, response, outcome);
        }
    }
}

fn handle(block: &BlockRef, core: &mut Core, driver: &mut Driver<'_, '_>) -> Flow {
    let header = block.header();
    let route = header.route.expect("a request has a route");
    if !block.plan().deferred.is_empty() && refused(block, core) {
        return Flow::Done;
    }
    if core.scratch.is_none() {
        // Nothing of it is with the pool: a phase ends when that is back.
        lazy::let_go(block, core);
    }
    let args = Args::new(**block, block.plan().handler.start);
    core.active = Active::Handler;
    match (route.call, driver) {
        (HandlerCall::Inline(call), _) | (HandlerCall::Blocking(call), Driver::Pool) => {
            if header.cancelled.load(Ordering::Relaxed) {
                return Flow::Handback;
            }
            let response = spanned(block, &mut core.trace, || call(args));
            answered(block, core, response)
        }
        (HandlerCall::Blocking(_), Driver::Executor(_)) => Flow::Away,
        (HandlerCall::Async(_) | HandlerCall::Session(..), Driver::Pool) => Flow::Handback,
        (HandlerCall::Async(call), Driver::Executor(cx)) => match run(block, core, call, args, cx) {
            Poll::Pending => pending(block, core, cx),
            Poll::Ready(response) => answered(block, core, response),
        },
        (HandlerCall::Session(..), Driver::Executor(_)) if !core.opened => {
            session::open(block, core);
            Flow::Done
        }
        (HandlerCall::Session(call, _), Driver::Executor(cx)) => match run(block, core, call, args, cx) {
            Poll::Pending => pending(block, core, cx),
            Poll::Ready(mut response) => {
                let outcome = session::outcome(block, &mut response);
                finish(block, core, response, outcome);
                Flow::Done
            }
        },
    }
}

fn answered(block: &BlockRef, core: &mut Core, response: Response) -> Flow {
    let outcome = call::outcome(&response);
    finish(block, core, response, outcome);
    Flow::Done
}

/// Polls the handler's future, which is made when it is polled first.
#[inline]
fn run(
    block: &BlockRef,
    core: &mut Core,
    call: FutureCall<Response>,
    args: Args<'_>,
    cx: &mut Context<'_>,
) -> Poll<Response> {
    if core.scratch.is_none() {
        // SAFETY: the plan has laid out the scratch room for this handler's future.
        unsafe { (call.init)(args, block.scratch()) };
        core.scratch = Some(call.drop);
    }
    let Core { trace, scratch, .. } = core;
    spanned(block, trace, || {
        // SAFETY: the future lies in the scratch room, which does not move.
        let polled = unsafe { (call.poll)(block.scratch(), cx) };
        if polled.is_ready() {
            // Before the span is left, which runs code of whoever collects spans: the future is gone.
            *scratch = None;
        }
        polled
    })
}

/// Sees to what a handler that waits has asked for.
fn pending(block: &BlockRef, core: &mut Core, cx: &mut Context<'_>) -> Flow {
    let ended = lazy::drive(block, core, &mut Driver::Executor(cx));
    let landed = core.away.is_some() && !block.header().hop.wait(cx.waker());
    // Whoever waits is polled again.
    if ended || landed { Flow::Enter } else { Flow::Pending }
}

/// Ends a handler that has asked for what it cannot have; says whether it has.
fn refused(block: &BlockRef, core: &mut Core) -> bool {
    if core.away.is_some() && !block.header().hop.is_out() {
        steps::land(block, core);
    }
    let refused = core.refusal.is_some() || lazy::lost(block);
    if refused {
        block.empty_scratch(core);
        settle(block, core);
        // To begin the handler again would go on for ever.
        if matches!(core.stage, Stage::Handler) {
            let name = block.header().route.map_or("", |route| route.meta.name);
            let response = unexplained(format!("what `{name}` has awaited cannot be had, and nobody has said why"));
            finish(block, core, response, Outcome::Error(StatusCode::INTERNAL_SERVER_ERROR));
        }
    }
    refused
}

/// Runs `call` within the handler's span, if there is one.
#[inline]
fn spanned<T>(block: &BlockRef, trace: &mut Option<Box<Trace>>, call: impl FnOnce() -> T) -> T {
    match trace {
        None => call(),
        Some(trace) => {
            let name = block.header().route.map_or("", |route| route.meta.name);
            trace.begin(block.plan().steps.len(), name).in_scope(call)
        }
    }
}

/// Completes the response.
fn complete(block: &BlockRef, core: &mut Core, driver: &mut Driver<'_, '_>) -> Flow {
    let Driver::Executor(cx) = driver else { return Flow::Handback };
    core.active = Active::Handler;
    if core.outcome.is_some() && core.away.is_some() {
        if block.header().hop.wait(cx.waker()) {
            return Flow::Pending;
        }
        block.land(core);
    }
    let later = core.later.as_mut().expect("a response is being completed");
    let Poll::Ready(response) = later.as_mut().poll(cx) else { return Flow::Pending };
    core.drop_later();
    let outcome = core.outcome.take().unwrap_or_else(|| call::outcome(&response));
    finish(block, core, response, outcome);
    Flow::Done
}

/// Fixes response and outcome, if the response is complete; teardown follows.
#[inline]
fn finish(block: &BlockRef, core: &mut Core, mut response: Response, outcome: Outcome) {
    lazy::stop(block);
    if let Some(later) = Later::of(&mut response) {
        return finish_later(block, core, later, response, outcome);
    }
    if !block.plan().decorates.is_empty() || core.trace.is_some() {
        return finish_decorated(block, core, response, outcome);
    }
    fix(block, core, response, outcome);
}

/// Begins to complete the response; it is finished then.
#[cold]
fn finish_later(block: &BlockRef, core: &mut Core, later: Later, response: Response, outcome: Outcome) {
    let header = block.header();
    let Some(incoming) = &header.incoming else { return finish_decorated(block, core, response, outcome) };
    core.active = Active::Handler;
    let asked = Asked { parts: &incoming.parts, executor: &header.env.executor(), status: response.status() };
    core.later = Some(later.begin(response, asked));
    core.stage = Stage::Later;
}

/// Lets set on the response what is to be set on it, unless that has been the head of a session.
#[inline(never)]
fn finish_decorated(block: &BlockRef, core: &mut Core, mut response: Response, mut outcome: Outcome) {
    if !block.plan().decorates.is_empty() && outcome != Outcome::Cancelled && !core.opened {
        if core.away.is_some() {
            // What is still with the pool may have in its hands what decorates.
            core.later = Some(Box::pin(std::future::ready(response)));
            core.outcome = Some(outcome);
            core.stage = Stage::Later;
            return;
        }
        let before = response.status();
        decorate(block, &mut response);
        // A refusal stays one.
        if outcome != Outcome::Panic && response.status() != before {
            outcome = Outcome::of(response.status());
        }
    }
    if let Some(trace) = &mut core.trace {
        trace.end(block.plan().steps.len());
        if block.header().env.settings.server_timing {
            trace.write(block.plan(), &mut response);
        }
    }
    fix(block, core, response, outcome);
}

#[inline]
fn fix(block: &BlockRef, core: &mut Core, response: Response, outcome: Outcome) {
    core.response = Some(response);
    let plan = block.plan();
    if plan.tears_down || plan.lingers {
        // SAFETY: this is the driver, and no teardown has begun.
        unsafe { block.set_outcome(outcome) };
    }
    // What is still with the pool borrows values, and is awaited before anything is torn down.
    let waits = plan.tears_down || core.away.is_some();
    core.stage = if waits { Stage::Teardown(plan.steps.len()) } else { Stage::Done };
}

/// Lets the request's values set on the response what they have to set.
pub(super) fn decorate(block: &BlockRef, response: &mut Response) {
    for &(step, Decorates { decorate, .. }) in &block.plan().decorates {
        if block.state(step) == State::Ready {
            // SAFETY: the state says that the value lies in the slot; all that borrowed it has ended, and a plan lists none
            // here that the handler may hold.
            guard("a decoration", || unsafe { decorate(block.slot(step), response) });
        }
    }
}

/// Gives up on a block whose client has gone: what runs is dropped, teardown is next.
pub(super) fn cancel(block: &BlockRef, core: &mut Core) {
    if !matches!(core.stage, Stage::Steps | Stage::Handler | Stage::Later) {
        return;
    }
    block.land(core);
    stop(block, core);
    let gone = Problem::new(StatusCode::SERVICE_UNAVAILABLE).into_response();
    finish(block, core, gone, Outcome::Cancelled);
}

/// Drops what runs: the handler, what completes the response, the futures of steps.
fn stop(block: &BlockRef, core: &mut Core) {
    block.empty_scratch(core);
    core.drop_later();
    for step in 0..block.plan().steps.len() {
        if block.state(step) == State::Running {
            block.empty(step);
        }
    }
}

/// Lays a panic at the door of whose code ran, and goes on as after a refusal.
#[cold]
fn panicked(block: &BlockRef, core: &mut Core, panic: Panic) {
    let message = message(&*panic);
    match core.active {
        Active::Step(step) => step_panicked(block, core, step, message),
        Active::Handler => {
            let name = block.header().route.map_or("", |route| route.meta.name);
            stop(block, core);
            finish_panicked(block, core, &format!("handler `{name}`"), message);
        }
        Active::Teardown(step) => {
            let name = block.plan().steps[step].node.function.name;
            let response = unexplained(format!("teardown of `{name}` panicked: {message}"));
            teardown::failed(block, core, response, Outcome::Panic);
        }
    }
    discard(panic);
}

/// Ends what has panicked, for those who wait for it; `what` did.
fn finish_panicked(block: &BlockRef, core: &mut Core, what: &str, message: &str) {
    let cause = format!("{what} panicked: {message}");
    let response = if core.errors == Keep::ForJob {
        tracing::error!("{cause}");
        job::panicked(message)
    } else {
        unexplained(cause)
    };
    finish(block, core, response, Outcome::Panic);
}

pub(super) fn step_panicked(block: &BlockRef, core: &mut Core, step: usize, message: &str) {
    let name = block.plan().steps[step].node.function.name;
    let cause = format!("provider `{name}` panicked: {message}");
    block.empty(step);
    let why = if core.errors != Keep::AsResponses {
        tracing::error!("{cause}");
        Why::Error(format!("panicked: {message}").into())
    } else {
        Why::Response(Box::new(unexplained(cause)), Outcome::Panic)
    };
    steps::refuse(block, core, step, why);
}
