//! How does a request get what its handler depends on?
//!
//! A plan (`plan.rs`) says, for each route, what is built in which order and where it is kept. A block (`block.rs`) is one heap
//! allocation that holds all of it: the request, a slot for each value, the handler's future. The engine (`drive.rs`)
//! moves a block through its plan: guards, then what reaches credentials, then the rest, then the body; the handler;
//! the teardowns.

mod after;
mod args;
mod block;
mod call;
mod context;
mod drive;
mod fresh;
mod hop;
mod job;
mod lazy;
mod left;
pub(crate) mod plan;
mod request;
mod room;
mod session;
mod shutdown;
mod startup;
mod steps;
mod straight;
mod teardown;
mod trace;

use std::alloc::Layout;

pub use self::{
    after::Held,
    args::Args,
    call::{
        Answering, AsyncProvider, Build, Fallible, FutureCall, Infallibly, Mapped, Provider, SyncCall, SyncProvider,
        Whole, infallibly, map, plain_call, sync_call,
    },
    context::{Context, Enter},
    fresh::Fresh,
    job::{JobError, JobResult, JobValue},
    lazy::Lazy,
    left::Unfinished,
    request::{ResponseFuture, without_body},
    session::{Opens, Session, SessionResult, SessionValue},
    startup::{BuildError, Field, Slots},
    teardown::{Asked, AskedNothing, Takes, TeardownCall, TeardownFn, TeardownOf, TornDown, teardown},
};
pub(crate) use self::{
    after::Kept,
    block::Unwritten,
    job::run as run_job,
    left::Orphans,
    request::{Env, Incoming},
    session::{Sessions, Waiting},
    shutdown::Live,
    startup::{Given, build, plan as startup_plan},
};

/// The layout of a block's header: what every plan's layout begins with.
pub(crate) const fn header() -> Layout {
    Layout::new::<block::Header>()
}

#[cfg(all(test, loom))]
mod interleavings;
#[cfg(all(test, not(loom)))]
mod tests;
