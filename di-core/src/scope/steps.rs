//! In which order are a plan's steps built, and what stops them?
//!
//! Phase by phase. In a concurrent phase every step whose predecessors have ended is started, and all that run are
//! polled; otherwise one after the other. The left-most refusal of a phase wins: what is right of it is cancelled, what
//! is left of it is awaited. Invalid inputs block only their users, and are answered together at the end; but where a
//! guard, or something that reaches credentials, was blocked by one, nothing later starts.
#![allow(unsafe_code)]

use std::{any::TypeId, sync::atomic::Ordering, task::Poll};

use bytes::Bytes;

use super::{
    Args, Build,
    block::{BlockRef, State, take},
    drive::{Active, Core, Driver, Flow, Keep, Stage, Why, settle, step_panicked},
    hop, lazy,
    plan::{Arg, From, Phase, Step},
    request::BodyState,
    straight,
};
use crate::{
    RequiredScopes,
    body_stream::BodyLimits,
    graph::{Input, Param, Reason, Rejection, Source, Use, Wrap},
    outcome::Outcome,
    unwind::{discard, message},
};

/// What became of an attempt to go on with a step.
pub(super) enum Turn {
    Ended,
    Pending,
    /// A context has been built, which what comes next runs in.
    Enter,
    Away,
    Handback,
}

/// Builds what is left of the plan, then settles. What becomes of the steps of a start is not a handler's turn.
pub(super) fn drive(block: &BlockRef, core: &mut Core, driver: &mut Driver<'_, '_>) -> Flow {
    if !std::mem::replace(&mut core.begun, true)
        && core.trace.is_none()
        && core.errors != Keep::ForStartup
        && let Driver::Executor(cx) = driver
        && straight::run(block, core, cx)
    {
        core.stage = Stage::Handler;
        return Flow::Done;
    }
    while let Some(phase) = block.plan().phases.get(core.phase) {
        match drive_phase(block, core, phase, driver) {
            Turn::Ended => {}
            Turn::Pending => return Flow::Pending,
            Turn::Enter => return Flow::Enter,
            Turn::Away => return Flow::Away,
            Turn::Handback => return Flow::Handback,
        }
        if core.refusal.is_some() || phase.gate && core.trouble && blocked(block, phase) {
            break;
        }
        core.phase += 1;
        core.cursor = phase.steps.end;
    }
    settle(block, core);
    Flow::Done
}

/// Whether something in a gate phase could not be had.
fn blocked(block: &BlockRef, phase: &Phase) -> bool {
    let plan = block.plan();
    phase.steps.clone().any(|step| {
        let itself = plan.steps[step].input.is_none_or(|(input, _)| input.source == Source::Security);
        itself && block.state(step) == State::Blocked
    })
}

/// Goes through the phase from the left, again and again while the pool brings something back.
fn drive_phase(block: &BlockRef, core: &mut Core, phase: &Phase, driver: &mut Driver<'_, '_>) -> Turn {
    loop {
        if core.away.is_some() && !block.header().hop.is_out() {
            land(block, core);
        }
        let turn = pass(block, core, phase, driver);
        if std::mem::take(&mut core.entering) {
            return Turn::Enter;
        }
        // Those who run may have asked for more, and are polled again once they have it.
        if lazy::drive(block, core, driver) {
            continue;
        }
        if core.away.is_none() {
            return turn;
        }
        // Whatever else has become of the phase, it ends when the step is back that is with the pool: that borrows
        // values, so that nothing may be torn down before.
        let Driver::Executor(cx) = driver else { return Turn::Handback };
        if block.header().hop.wait(cx.waker()) {
            return Turn::Pending;
        }
    }
}

fn pass(block: &BlockRef, core: &mut Core, phase: &Phase, driver: &mut Driver<'_, '_>) -> Turn {
    let mut pending = false;
    for step in core.cursor..phase.steps.end {
        if core.refusal.as_ref().is_some_and(|&(refused, _)| step > refused) {
            break;
        }
        let turn = match block.state(step) {
            State::Empty if pending && !phase.concurrent => break,
            State::Empty if pending && !may_start(block, step) => continue,
            State::Empty if lazy::let_go(block, core) => Turn::Pending,
            State::Empty => start(block, core, step, pending, driver),
            State::Running if block.plan().steps[step].deferred => Turn::Ended,
            State::Running if std::mem::take(&mut core.polled) => Turn::Pending,
            State::Running => poll_future(block, core, step, driver),
            State::Away => Turn::Pending,
            _ => Turn::Ended,
        };
        match turn {
            Turn::Ended if !pending => core.cursor = step + 1,
            Turn::Ended => {}
            Turn::Pending => pending = true,
            Turn::Enter | Turn::Away | Turn::Handback => return turn,
        }
        if core.entering {
            return Turn::Enter;
        }
    }
    if pending { Turn::Pending } else { Turn::Ended }
}

/// Whether everything has ended that a step waits for.
fn may_start(block: &BlockRef, step: usize) -> bool {
    let plan = block.plan();
    plan.after[plan.steps[step].after.clone()].iter().all(|&earlier| block.state(earlier).ended())
}

/// Starts a step; `others` says whether anything else is under way.
pub(super) fn start(
    block: &BlockRef,
    core: &mut Core,
    index: usize,
    others: bool,
    driver: &mut Driver<'_, '_>,
) -> Turn {
    let step = &block.plan().steps[index];
    if core.trouble
        && let Some(state) = inherited(block, step)
    {
        block.set_state(index, state);
        return Turn::Ended;
    }
    if let Some((input, param)) = step.input {
        let turn = read(block, core, index, input, param, driver);
        if input.source == Source::Body
            && let Some(permit) = &mut core.permit
        {
            permit.set_waiting(matches!(turn, Turn::Pending));
        }
        return turn;
    }
    core.active = Active::Step(index);
    let args = args(block, index);
    match (step.build, driver) {
        (Build::Sync(call), _) | (Build::Blocking(call), Driver::Pool) => {
            if block.header().cancelled.load(Ordering::Relaxed) {
                return Turn::Handback;
            }
            let span = span(block, core, index);
            // SAFETY: the plan has laid out the slot for this step's value or error, and it is empty.
            let built = unsafe { call(args, block.slot(index)) };
            filled(block, index, built);
            drop(span);
            ended(block, core, index, built);
            Turn::Ended
        }
        (Build::Blocking(call), Driver::Executor(_)) => {
            if core.away.is_some() {
                // One at a time; when that one is back, this one is looked at again.
                return Turn::Pending;
            }
            if !others && !step.apart {
                return Turn::Away;
            }
            block.set_state(index, State::Away);
            core.away = Some(index);
            let span = core.trace.as_mut().map(|trace| trace.begin(index, step.node.function.name));
            hop::send_step(block, index, call, span);
            Turn::Pending
        }
        (Build::Async(_), Driver::Pool) => Turn::Handback,
        (Build::Async(call), Driver::Executor(cx)) => {
            // SAFETY: the plan has laid out the slot for this step's future, and it is empty.
            unsafe { (call.init)(args, block.slot(index)) };
            block.set_state(index, State::Running);
            poll_future(block, core, index, &mut Driver::Executor(cx))
        }
        (Build::Made(factory), _) => {
            // SAFETY: the plan has laid out the slot for this step's value, and it is empty.
            unsafe { factory.make(block.slot(index)) };
            ended(block, core, index, true);
            Turn::Ended
        }
        (Build::Required, _) => {
            let required = block.plan().required_of(index);
            // SAFETY: the plan has laid out the slot for this step's value, and it is empty.
            unsafe { block.slot(index).cast::<RequiredScopes>().write(required) };
            ended(block, core, index, true);
            Turn::Ended
        }
        (Build::Given | Build::Input | Build::Part(_), _) => unreachable!("the plan builds only what has a provider"),
    }
}

/// The arguments of a step.
fn args(block: &BlockRef, index: usize) -> Args<'_> {
    Args::new(**block, block.plan().steps[index].args.start)
}

/// What a step comes to without being run, because of what it depends on.
fn inherited(block: &BlockRef, step: &Step) -> Option<State> {
    let args = &block.plan().args[step.args.clone()];
    let states = args.iter().filter_map(|arg| missing(block, arg));
    states.reduce(|a, b| if a == State::Blocked { a } else { b })
}

/// What keeps a call from having an argument, if anything does.
fn missing(block: &BlockRef, arg: &Arg) -> Option<State> {
    let From::Step(step) = arg.from else { return None };
    match (block.state(step), arg.param.wrap) {
        (State::Deferred | State::Wanted | State::Running | State::Away, _) if arg.param.usage == Use::Lazy => None,
        (State::Ready, _) | (State::Failed | State::Rejected, Wrap::Result) | (State::Absent, Wrap::Option) => None,
        (State::Absent, _) => Some(State::Absent),
        _ => Some(State::Blocked),
    }
}

pub(super) fn poll_future(block: &BlockRef, core: &mut Core, index: usize, driver: &mut Driver<'_, '_>) -> Turn {
    let Driver::Executor(cx) = driver else { return Turn::Handback };
    let Build::Async(call) = block.plan().steps[index].build else { unreachable!("only futures run") };
    core.active = Active::Step(index);
    let span = span(block, core, index);
    // SAFETY: the state says that the slot holds the future; it does not move.
    let built = unsafe { (call.poll)(block.slot(index), cx) };
    if let Poll::Ready(built) = built {
        filled(block, index, built);
    }
    drop(span);
    match built {
        Poll::Pending => Turn::Pending,
        Poll::Ready(built) => {
            ended(block, core, index, built);
            Turn::Ended
        }
    }
}

/// Says what lies in a step's slot now, before its span is left: that runs code of whoever collects spans.
#[inline]
fn filled(block: &BlockRef, index: usize, built: bool) {
    block.set_state(index, if built { State::Ready } else { State::Failed });
}

/// The step's span, entered, if there is one.
fn span(block: &BlockRef, core: &mut Core, index: usize) -> Option<tracing::span::EnteredSpan> {
    let trace = core.trace.as_mut()?;
    Some(trace.begin(index, block.plan().steps[index].node.function.name).entered())
}

/// Takes back the step that was with the pool.
pub(super) fn land(block: &BlockRef, core: &mut Core) {
    let Some(index) = core.away.take() else { return };
    // What may be about to run of the user's code is the response of this step's error.
    core.active = Active::Step(index);
    match block.header().hop.step() {
        // Nobody is there to be told.
        Some(Ok(false)) if is_let_go(block, core, index) => {
            block.set_state(index, State::Failed);
            block.empty(index);
            lazy::defer_again(block, index);
        }
        Some(Err(panic)) if is_let_go(block, core, index) => {
            let name = block.plan().steps[index].node.function.name;
            tracing::error!("provider `{name}` panicked, for which nobody waits any more: {}", message(&*panic));
            discard(panic);
            lazy::defer_again(block, index);
        }
        Some(Ok(built)) => ended(block, core, index, built),
        Some(Err(panic)) => {
            step_panicked(block, core, index, message(&*panic));
            discard(panic);
        }
        // Only a step of a request that was given up is not run.
        None => block.set_state(index, State::Empty),
    }
    if block.plan().steps[index].deferred {
        lazy::ended(block);
    }
}

fn is_let_go(block: &BlockRef, core: &Core, index: usize) -> bool {
    block.plan().steps[index].deferred && lazy::is_let_go(block, core, index)
}

/// Records what a provider came to; a failure that somebody cannot take as a value refuses the request.
fn ended(block: &BlockRef, core: &mut Core, index: usize, built: bool) {
    if let Some(trace) = &mut core.trace {
        trace.end(index);
    }
    if built {
        block.set_state(index, State::Ready);
        core.entering |= block.plan().steps[index].node.context.is_some();
    } else {
        failed(block, core, index);
    }
}

/// Records that a provider failed, whose error is in its slot.
pub(super) fn failed(block: &BlockRef, core: &mut Core, index: usize) {
    core.trouble = true;
    let step = &block.plan().steps[index];
    if !step.refuses {
        block.set_state(index, State::Failed);
        return;
    }
    let error = step.node.error.as_ref().expect("only a fallible provider fails");
    let slot = block.slot(index);
    if error.ty.id == TypeId::of::<Rejection>() && core.errors == Keep::AsResponses {
        block.set_state(index, State::Taken);
        // SAFETY: the slot holds the error, which is a rejection; its state says no longer that it does.
        return reject(block, core, index, unsafe { take(slot) });
    }
    block.set_state(index, State::Blocked);
    let why = match error.boxed {
        // SAFETY: the slot holds the error; its state says no longer that it does.
        Some(boxed) if core.errors != Keep::AsResponses => Why::Error(unsafe { boxed(slot) }),
        _ => {
            let respond = error.respond.expect("the compiler has refused an error that is neither response nor error");
            // SAFETY: as above.
            let response = unsafe { respond(slot, step.node.function.name) };
            if core.errors == Keep::AsResponses {
                let outcome = Outcome::Error(response.status());
                Why::Response(Box::new(response), outcome)
            } else {
                Why::Error(format!("refused with {}", response.status()).into())
            }
        }
    };
    refuse(block, core, index, why);
}

/// Refuses at a step: it wins over a refusal further right, and what runs there is cancelled.
pub(super) fn refuse(block: &BlockRef, core: &mut Core, index: usize, why: Why) {
    core.trouble = true;
    block.set_state(index, State::Blocked);
    if core.refusal.as_ref().is_some_and(|&(refused, _)| refused < index) {
        return;
    }
    core.refusal = Some((index, why));
    for later in index + 1..block.plan().steps.len() {
        if block.state(later) == State::Running {
            block.empty(later);
        }
    }
}

/// Reads an input; the body first, if that is where it is.
fn read(
    block: &BlockRef,
    core: &mut Core,
    index: usize,
    input: &Input,
    param: &'static Param,
    driver: &mut Driver<'_, '_>,
) -> Turn {
    // Before the body is polled, which is somebody else's code too.
    core.active = Active::Step(index);
    if input.source == Source::Body {
        let header = block.header();
        let settings = &header.env.settings;
        let incoming = header.incoming();
        let limits = settings.body_limits(incoming.route.and_then(|route| route.body_limit()));
        if input.refuses.is_some_and(|refuses| refuses(&incoming.parts.headers)) {
            core.body.leave();
        }
        if let (Some(decoder), false) = (settings.body_decoder, input.encoded)
            && let Err(problem) = core.body.decode(decoder, &incoming.parts.headers, limits)
        {
            rejected(block, core, index, param, Rejection::refused(problem));
            return Turn::Ended;
        }
        if input.stream.is_some() {
            return stream(block, core, index, input, param, limits, driver);
        }
        match (core.body.poll(limits, &header.env.pool, driver), driver) {
            (Poll::Pending, Driver::Pool) => return Turn::Handback,
            (Poll::Pending, Driver::Executor(_)) => return Turn::Pending,
            (Poll::Ready(Err(error)), _) => {
                core.body = BodyState::Read(Bytes::new());
                rejected(block, core, index, param, error.into());
                return Turn::Ended;
            }
            (Poll::Ready(Ok(())), _) => {}
        }
    }
    let body = match &core.body {
        BodyState::Read(bytes) if input.source == Source::Body => Some(bytes),
        _ => None,
    };
    let view = block.view(body);
    let slot = block.slot(index);
    // SAFETY: the plan has laid out the slot for the value, and it is empty.
    let read = unsafe { (input.read)(&view, param.name, slot) };
    let read = match (read, param.check()) {
        (Ok(()), Some(checked)) => {
            block.set_state(index, State::Ready);
            // SAFETY: the value has just been read, and nobody uses it before this step has ended.
            unsafe { checked.check(slot, args(block, index), view, param.name) }
        }
        (read, _) => read,
    };
    is_read(block, core, index, param, read);
    Turn::Ended
}

/// Reads an input from the body as it comes.
fn stream(
    block: &BlockRef,
    core: &mut Core,
    index: usize,
    input: &Input,
    param: &'static Param,
    limits: BodyLimits,
    driver: &mut Driver<'_, '_>,
) -> Turn {
    let Driver::Executor(cx) = driver else { return Turn::Handback };
    let view = block.view(None);
    let start = input.stream.expect("only what reads a stream comes here");
    match core.body.take(limits, &block.header().env.pool) {
        Some(Ok(body)) => core.body = BodyState::Streaming(index, start(view, body, param.name)),
        Some(Err(error)) => {
            rejected(block, core, index, param, error.into());
            return Turn::Ended;
        }
        None => {}
    }
    let slot = block.slot(index);
    let read = match &mut core.body {
        // SAFETY: the plan has laid out the slot for the value, and it is empty.
        BodyState::Streaming(step, reading) if *step == index => match unsafe { reading.poll(cx, slot) } {
            Poll::Pending => return Turn::Pending,
            Poll::Ready(read) => read,
        },
        _ => return Turn::Pending,
    };
    if read.is_ok() {
        block.set_state(index, State::Ready);
    }
    core.body = BodyState::Read(Bytes::new());
    let read = match (read, param.check()) {
        // SAFETY: the value has just been read, and nobody uses it before this step has ended.
        (Ok(()), Some(checked)) => unsafe { checked.check(slot, args(block, index), view, param.name) },
        (read, _) => read,
    };
    is_read(block, core, index, param, read);
    Turn::Ended
}

/// Records what a read came to. A value that was read and is refused all the same is in its slot.
fn is_read(block: &BlockRef, core: &mut Core, index: usize, param: &'static Param, read: Result<(), Rejection>) {
    match read {
        Ok(()) => block.set_state(index, State::Ready),
        Err(rejection) => {
            if block.state(index) == State::Ready {
                block.empty(index);
            }
            rejected(block, core, index, param, rejection);
        }
    }
}

/// Records that an input was rejected, and nothing is in its slot.
pub(super) fn rejected(block: &BlockRef, core: &mut Core, index: usize, param: &'static Param, rejection: Rejection) {
    core.trouble = true;
    if param.wrap == Wrap::Result {
        // SAFETY: the slot of an input has room for its rejection, and is empty.
        unsafe { block.slot(index).cast::<Rejection>().write(rejection) };
        block.set_state(index, State::Rejected);
    } else {
        reject(block, core, index, rejection);
    }
}

/// What a rejection comes to that nobody takes as a value.
fn reject(block: &BlockRef, core: &mut Core, index: usize, rejection: Rejection) {
    let step = &block.plan().steps[index];
    if rejection.is_absent() && !step.required {
        block.set_state(index, State::Absent);
        return;
    }
    block.set_state(index, State::Blocked);
    match rejection.into_reason() {
        Reason::Invalid(errors) => core.invalid.push((step.declared, errors)),
        reason => {
            let response = reason.into_response();
            let outcome = Outcome::Error(response.status());
            refuse(block, core, index, Why::Response(Box::new(response), outcome));
        }
    }
}
