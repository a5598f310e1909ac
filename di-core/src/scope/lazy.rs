//! How is a dependency built only when somebody asks for it?
//!
//! What nothing but a [`Lazy`] reaches is *deferred*: the phases of the plan pass over its steps. The first time that a
//! `Lazy` is polled it marks its step as wanted and leaves its waker; the driver, which has just polled it, then builds
//! that step and what it needs, while it goes on polling whoever waits. What a `Lazy` reaches counts as used by the
//! function that has it, in the plan's order and by the compiler's rules, so that nobody else uses it exclusively
//! meanwhile; among themselves deferred steps keep apart as [`Deferred`] says. What has been begun when the last function
//! ends that may wait for it is [let go](let_go): nothing would keep others from what it uses.
#![allow(unsafe_code)]

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    ops::Range,
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    block::{BlockPtr, BlockRef, State},
    drive::{Core, Driver},
    plan::{Deferred, From},
    steps,
};
use crate::graph::Use;

/// A request-scoped `T` that is built when this is first awaited, with what nothing else in the request needs of its
/// dependencies; awaited by nobody, it is not built at all.
///
/// `lazy.await` is a `&T`, and may be asked for again. What refuses while it is built refuses the request, as it would have
/// without `Lazy`: the function that awaits it goes no further.
///
/// It is taken by an `async fn`, as a parameter, and counts as a use of all that `T` reaches: beside a `Lazy<'_, User>` whose
/// provider takes `&mut Session`, a function cannot take the `Session`.
///
/// # Cancel safety
///
/// Dropping the future that awaits it does not stop what has been started: the function finds it further on when it awaits it
/// next. When the function itself ends before, what is left of it is dropped, and who awaits it later begins anew; a blocking
/// provider is waited for, and its value kept.
pub struct Lazy<'r, T> {
    block: BlockPtr,
    step: usize,
    value: PhantomData<&'r T>,
}

impl<T> Lazy<'_, T> {
    /// # Safety
    ///
    /// The slot of `step` is that of a `T`, which is `Sync`; from the time that it is ready nobody uses it exclusively while
    /// the request's part lasts that this lives in.
    pub(super) unsafe fn new(block: BlockPtr, step: usize) -> Self {
        Self { block, step, value: PhantomData }
    }
}

impl<T> Clone for Lazy<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lazy<'_, T> {}

impl<T> fmt::Debug for Lazy<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lazy").field("built", &(self.block.state(self.step) == State::Ready)).finish()
    }
}

impl<'r, T> Future for Lazy<'r, T> {
    type Output = &'r T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<&'r T> {
        let Self { block, step, .. } = *self;
        match block.state(step) {
            // SAFETY: the state says that the value is there; `new` was promised the rest.
            State::Ready => return Poll::Ready(unsafe { &*block.slot(step).cast::<T>() }),
            State::Deferred => block.set_state(step, State::Wanted),
            _ => {}
        }
        block.header().hop.ask(cx.waker());
        Poll::Pending
    }
}

/// Goes on with what has been asked for; says whether anything has ended, so that whoever waits is to be polled again.
pub(super) fn drive(block: &BlockRef, core: &mut Core, driver: &mut Driver<'_, '_>) -> bool {
    let plan = block.plan();
    if plan.deferred.is_empty() || matches!(driver, Driver::Pool) {
        return false;
    }
    let_go(block, core);
    let refused = refusal(core);
    let mut ended = false;
    for deferred in &plan.deferred {
        if block.state(deferred.step) == State::Running {
            steps::poll_future(block, core, deferred.step, driver);
            ended |= block.state(deferred.step).ended();
        }
    }
    // What has been started may ask for more.
    let mut started = true;
    while std::mem::take(&mut started) {
        want(block);
        for deferred in &plan.deferred {
            // Who has been refused asks for nothing any more; those left of them do.
            if block.state(deferred.step) == State::Wanted
                && deferred.step < refusal(core)
                && may_start(block, deferred)
            {
                // Beside others: whoever asks for it is under way.
                steps::start(block, core, deferred.step, true, driver);
                started |= block.state(deferred.step) != State::Wanted;
                ended |= block.state(deferred.step).ended();
            }
        }
    }
    if ended {
        self::ended(block);
    }
    ended || refusal(core) != refused
}

/// The step that has refused; a number past all steps if none has.
fn refusal(core: &Core) -> usize {
    core.refusal.as_ref().map_or(usize::MAX, |&(step, _)| step)
}

/// Tells those who wait that something deferred has ended.
pub(super) fn ended(block: &BlockRef) {
    give_up(block);
    block.header().hop.answer();
}

/// What is wanted wants what it needs.
fn want(block: &BlockRef) {
    let plan = block.plan();
    for &Deferred { step, .. } in plan.deferred.iter().rev() {
        if block.state(step) != State::Wanted {
            continue;
        }
        for arg in &plan.args[plan.steps[step].args.clone()] {
            if let From::Step(below) = arg.from
                && arg.param.usage != Use::Lazy
                && block.state(below) == State::Deferred
            {
                block.set_state(below, State::Wanted);
            }
        }
    }
}

fn may_start(block: &BlockRef, deferred: &Deferred) -> bool {
    let under_way = |&step: &usize| matches!(block.state(step), State::Running | State::Away);
    deferred.needs.iter().all(|&step| block.state(step).ended()) && !deferred.excludes.iter().any(under_way)
}

/// Who waits for something that cannot be had cannot be had either.
fn give_up(block: &BlockRef) {
    let plan = block.plan();
    for (index, step) in plan.steps.iter().enumerate() {
        if block.state(index) != State::Running {
            continue;
        }
        let lazies = plan.args[step.args.clone()].iter().filter(|arg| arg.param.usage == Use::Lazy);
        for arg in lazies {
            let From::Step(below) = arg.from else { continue };
            if let lost @ (State::Absent | State::Blocked) = block.state(below) {
                block.empty(index);
                block.set_state(index, lost);
                break;
            }
        }
    }
}

/// Whether the handler waits for something that cannot be had.
pub(super) fn lost(block: &BlockRef) -> bool {
    let plan = block.plan();
    plan.args[plan.handler.clone()].iter().any(|arg| match (arg.param.usage, arg.from) {
        (Use::Lazy, From::Step(step)) => matches!(block.state(step), State::Absent | State::Blocked),
        _ => false,
    })
}

/// Stops what was begun for functions that have ended meanwhile. Says whether any of it is with the pool, and cannot be stopped: what
/// it uses is its own until it is back.
#[inline]
pub(super) fn let_go(block: &BlockRef, core: &Core) -> bool {
    !block.plan().deferred.is_empty() && let_go_of_any(block, core)
}

fn let_go_of_any(block: &BlockRef, core: &Core) -> bool {
    let plan = block.plan();
    let mut with_pool = false;
    let wanted = wanted(block, core);
    for &Deferred { step, .. } in plan.deferred.iter().rev().filter(|deferred| !wanted.contains(&deferred.step)) {
        match block.state(step) {
            State::Running => {
                block.empty(step);
                defer_again(block, step);
            }
            State::Wanted => block.set_state(step, State::Deferred),
            State::Away => with_pool = true,
            _ => {}
        }
    }
    with_pool
}

/// Puts a step back to where it was before anybody asked for it, and with it what it has taken by value: that is gone.
pub(super) fn defer_again(block: &BlockRef, step: usize) {
    let plan = block.plan();
    block.set_state(step, State::Deferred);
    for arg in &plan.args[plan.steps[step].args.clone()] {
        if let From::Step(below) = arg.from
            && plan.steps[below].deferred
            && block.state(below) == State::Taken
        {
            defer_again(block, below);
        }
    }
}

/// Whether no function under way waits for deferred step `step`.
pub(super) fn is_let_go(block: &BlockRef, core: &Core, step: usize) -> bool {
    !wanted(block, core).contains(&step)
}

/// The deferred steps that have been asked for by a function under way, or are needed by those.
fn wanted(block: &BlockRef, core: &Core) -> Vec<usize> {
    let plan = block.plan();
    let mut wanted = Vec::new();
    let ask = |wanted: &mut Vec<usize>, args: Range<usize>| {
        for arg in &plan.args[args] {
            if let From::Step(step) = arg.from
                && plan.steps[step].deferred
                && matches!(block.state(step), State::Wanted | State::Running | State::Away)
                && !wanted.contains(&step)
            {
                wanted.push(step);
            }
        }
    };
    if core.scratch.is_some() {
        ask(&mut wanted, plan.handler.clone());
    }
    for (index, step) in plan.steps.iter().enumerate() {
        if !step.deferred && block.state(index) == State::Running {
            ask(&mut wanted, step.args.clone());
        }
    }
    let mut at = 0;
    while let Some(&step) = wanted.get(at) {
        ask(&mut wanted, plan.steps[step].args.clone());
        at += 1;
    }
    wanted
}

/// Drops what was begun and nobody waits for any more.
pub(super) fn stop(block: &BlockRef) {
    for deferred in block.plan().deferred.iter().rev() {
        if block.state(deferred.step) == State::Running {
            block.empty(deferred.step);
        }
    }
}
