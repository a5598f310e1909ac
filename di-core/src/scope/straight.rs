//! How does a request get through the steps that have nothing to decide?
//!
//! Most requests build one value after the other, and nothing refuses, waits or is with the pool. The steps at the start of
//! a plan of which that may be so are listed here beside what running them takes. Whatever turns out otherwise is left to
//! [`steps`], which passes over those that have ended: the order of things is the same, it is only found faster.
#![allow(unsafe_code)]

use std::task::{Context, Poll};

use super::{
    Args, Build, FutureCall, SyncCall,
    block::{BlockRef, State},
    drive::{Active, Core},
    plan::{Plan, Step},
    steps,
};
use crate::graph::{Param, ReadInput, Source};

/// A step, as it is run when all before it are ready.
#[derive(Debug, Clone, Copy)]
pub(super) struct Op {
    run: Run,
    slot: usize,
    /// The first of its arguments.
    args: usize,
}

#[derive(Debug, Clone, Copy)]
enum Run {
    Read(ReadInput, &'static Param),
    Sync(SyncCall),
    Async(FutureCall<bool>),
}

/// The steps at the start of `plan` that may have nothing to decide.
pub(super) fn ops(plan: &Plan) -> Vec<Op> {
    // What is deferred is looked at beside every other step.
    if plan.deferred.is_empty() { plan.steps.iter().map_while(op).collect() } else { Vec::new() }
}

fn op(step: &Step) -> Option<Op> {
    // A context is entered before the next step.
    if step.node.context.is_some() {
        return None;
    }
    let run = match (step.input, step.build) {
        (Some((input, param)), _) if input.source == Source::Body || param.check().is_some() => return None,
        (Some((input, param)), _) => Run::Read(input.read, param),
        (None, Build::Sync(call)) => Run::Sync(call),
        (None, Build::Async(call)) => Run::Async(call),
        (None, _) => return None,
    };
    Some(Op { run, slot: step.slot, args: step.args.start })
}

/// Runs what it can; says whether that were all steps, and each has its value.
pub(super) fn run(block: &BlockRef, core: &mut Core, cx: &mut Context<'_>) -> bool {
    let plan = block.plan();
    let view = block.header().incoming.is_some().then(|| block.view(None));
    for (index, op) in plan.straight.iter().enumerate() {
        core.active = Active::Step(index);
        let slot = block.at(op.slot);
        let args = Args::new(**block, op.args);
        let built = match op.run {
            Run::Read(read, param) => {
                let view = view.as_ref().expect("inputs are read from a request");
                // SAFETY: the plan has laid out the slot for this step's value, and it is empty.
                if let Err(rejection) = unsafe { read(view, param.name, slot) } {
                    steps::rejected(block, core, index, param, rejection);
                    return false;
                }
                true
            }
            // SAFETY: the plan has laid out the slot for this step's value or error, and it is empty.
            Run::Sync(call) => unsafe { call(args, slot) },
            Run::Async(call) => {
                // SAFETY: the plan has laid out the slot for this step's future, and it is empty.
                unsafe { (call.init)(args, slot) };
                block.set_state(index, State::Running);
                // SAFETY: the slot holds the future, and does not move.
                match unsafe { (call.poll)(slot, cx) } {
                    Poll::Ready(built) => built,
                    Poll::Pending => {
                        core.polled = true;
                        return false;
                    }
                }
            }
        };
        if !built {
            steps::failed(block, core, index);
            return false;
        }
        block.set_state(index, State::Ready);
    }
    plan.straight.len() == plan.steps.len()
}
