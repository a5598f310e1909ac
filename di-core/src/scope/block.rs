//! Where does a request keep everything?
//!
//! In one allocation, whose size its plan knows, and which the next request may use again:
//!
//! ```text
//! | header: count, request, engine | states, 1 byte a step | slot | slot | .. | scratch: handler's future |
//! ```
//!
//! # Who may touch what
//!
//! - The header's `core` belongs to whoever drives the block: the response's future, or while [`Hop::is_away`] says so
//!   the pool's thread. User code never sees it. The block is sent to the pool only where no borrow of the core is left.
//! - A single step on the pool has its own slot and borrows what it takes; nothing is torn down before it is back, whatever
//!   else has become of the request.
//! - A step's slot belongs to the driver until its state is [`State::Ready`]; then it is lent to the steps that use it,
//!   `&mut` to one at a time: the plan starts no step before those it excludes have ended.
//! - A state is changed by the driver, by a step that takes its own transient argument, and by a [`Lazy`](super::Lazy), which
//!   wants a step that is deferred; the driver polls both.
//! - References lent to user code carry the lifetime of a `for<'r>` function, so they end with its future, and futures
//!   are dropped before slots.
//! - The allocation lives as long as a [`BlockRef`]; a job on the pool owns one.
#![allow(unsafe_code)]

use std::{
    cell::UnsafeCell,
    mem::MaybeUninit,
    ops::Deref,
    ptr::NonNull,
    sync::{Arc, atomic::Ordering},
};

use bytes::Bytes;

use super::{
    Build,
    after::OUTLIVED,
    drive::{Core, Keep, Stage},
    hop::Hop,
    left::Kind,
    plan::Plan,
    request::{BodyState, Env, Incoming},
    room,
    trace::Trace,
};
use crate::graph::{RequestView, RouteRecord};
use crate::{
    outcome::Outcome,
    response,
    sync::{AtomicBool, AtomicU8, AtomicUsize, fence},
    unwind::{discard, guard},
};

/// What has become of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum State {
    /// Not started.
    Empty,
    /// Not to be started before somebody asks for it.
    Deferred,
    /// Asked for, and not started.
    Wanted,
    /// Its future lies in the slot.
    Running,
    /// It runs on the pool.
    Away,
    /// Its value lies in the slot.
    Ready,
    /// Its error lies in the slot, for those who take a `Result`.
    Failed,
    /// The rejection of an input lies in the slot, for the one who takes a `Result`.
    Rejected,
    /// It, or something it needs, is not in the request.
    Absent,
    /// It cannot be had: it, or something it needs, was refused.
    Blocked,
    /// Its value has been moved out.
    Taken,
}

impl State {
    fn from(byte: u8) -> Self {
        match byte {
            0 => Self::Empty,
            1 => Self::Deferred,
            2 => Self::Wanted,
            3 => Self::Running,
            4 => Self::Away,
            5 => Self::Ready,
            6 => Self::Failed,
            7 => Self::Rejected,
            8 => Self::Absent,
            9 => Self::Blocked,
            _ => Self::Taken,
        }
    }

    pub(super) fn ended(self) -> bool {
        !matches!(self, Self::Empty | Self::Deferred | Self::Wanted | Self::Running | Self::Away)
    }
}

/// The header of a block.
pub(super) struct Header {
    count: AtomicUsize,
    /// Who keeps the values of a block that lingers; see [`after`](super::after).
    pub(super) holders: AtomicUsize,
    pub(super) env: Arc<Env>,
    /// The plan that is followed: one of the environment's, which owns it and does not change.
    plan: NonNull<Plan>,
    pub(super) route: Option<&'static RouteRecord>,
    pub(super) incoming: Option<Incoming>,
    pub(super) cancelled: AtomicBool,
    /// Whether what is left to do is dropped, and not seen to.
    pub(super) given_up: AtomicBool,
    pub(super) hop: Hop,
    outcome: UnsafeCell<Outcome>,
    core: UnsafeCell<Core>,
    /// Tells whether two threads use the core at the same time.
    #[cfg(all(test, loom))]
    witness: loom::cell::UnsafeCell<()>,
}

impl Header {
    /// The request; jobs and the start of an application have none, and nothing that asks for it.
    pub(super) fn incoming(&self) -> &Incoming {
        self.incoming.as_ref().expect("inputs are read from a request")
    }
}

/// A pointer to a block that somebody else keeps alive.
#[derive(Clone, Copy)]
pub(super) struct BlockPtr(NonNull<Header>);

/// A counted pointer to a block.
pub(super) struct BlockRef(BlockPtr);

// SAFETY: all that a block holds is `Send`: `Provide` and the glue traits demand it of values, errors and futures, and
// of values lent to several threads they demand `Sync`. Who may touch what, and when, is said above.
unsafe impl Send for BlockPtr {}
// SAFETY: as above.
unsafe impl Sync for BlockPtr {}
// SAFETY: as above; the count is atomic.
unsafe impl Send for BlockRef {}
// SAFETY: as above.
unsafe impl Sync for BlockRef {}

/// The room of a block of which nothing is written yet; lost unless it becomes one.
///
/// Apart from the block, so that nothing can panic between building a request and writing it into the block: for such a path the
/// compiler would copy it once more.
pub(crate) struct Unwritten {
    env: Arc<Env>,
    plan: NonNull<Plan>,
    at: NonNull<u8>,
}

impl Unwritten {
    /// Room for a block that follows plan number `plan` of `env`.
    #[inline]
    pub(crate) fn new(env: &Arc<Env>, plan: usize) -> Self {
        let plan = &env.plans[plan];
        Self { env: Arc::clone(env), plan: NonNull::from(plan), at: room::take(plan.layout) }
    }
}

impl BlockRef {
    /// A block with no step started.
    ///
    /// Inlined, so that the request is written where it is to lie.
    #[inline]
    pub(super) fn new(
        room: Unwritten,
        route: Option<&'static RouteRecord>,
        incoming: Option<Incoming>,
        body: BodyState,
    ) -> Self {
        let Unwritten { env, plan, at: raw } = room;
        let at = raw.cast::<Header>();
        let header = at.as_ptr();
        // SAFETY: the room is fresh and laid out by the plan, which `env` owns: a header, then each step's state. The fields
        // are written one by one because a header made on the stack would be copied as a whole.
        unsafe {
            (&raw mut (*header).incoming).write(incoming);
            (&raw mut (*header).count).write(AtomicUsize::new(1));
            (&raw mut (*header).holders).write(AtomicUsize::new(1));
            (&raw mut (*header).env).write(env);
            (&raw mut (*header).plan).write(plan);
            (&raw mut (*header).route).write(route);
            (&raw mut (*header).cancelled).write(AtomicBool::new(false));
            (&raw mut (*header).given_up).write(AtomicBool::new(false));
            (&raw mut (*header).hop).write(Hop::new());
            (&raw mut (*header).outcome).write(UnsafeCell::new(Outcome::Cancelled));
            Core::begin(UnsafeCell::raw_get(&raw const (*header).core), body);
            #[cfg(all(test, loom))]
            (&raw mut (*header).witness).write(loom::cell::UnsafeCell::new(()));
            let plan = plan.as_ref();
            let states = raw.as_ptr().add(plan.states).cast::<AtomicU8>();
            for step in 0..plan.steps.len() {
                states.add(step).write(AtomicU8::new(State::Empty as u8));
            }
        }
        let block = Self(BlockPtr(at));
        for deferred in &block.plan().deferred {
            block.set_state(deferred.step, State::Deferred);
        }
        block
    }

    /// A block that no request has asked for, which follows the only plan of `env`.
    pub(super) fn without_request(env: Arc<Env>, job: Option<&'static RouteRecord>, errors: Keep) -> Self {
        let block = Self::new(Unwritten::new(&env, 0), job, None, BodyState::Read(Bytes::new()));
        // SAFETY: nobody else has the block yet.
        let core = unsafe { block.core() };
        core.errors = errors;
        core.trace = Trace::wanted(&block.header().env.settings, block.plan());
        block
    }
}

impl Deref for BlockRef {
    type Target = BlockPtr;

    fn deref(&self) -> &BlockPtr {
        &self.0
    }
}

impl Clone for BlockRef {
    fn clone(&self) -> Self {
        self.counted()
    }
}

impl Drop for BlockRef {
    fn drop(&mut self) {
        if self.header().count.fetch_sub(1, Ordering::Release) != 1 {
            return;
        }
        fence(Ordering::Acquire);
        // SAFETY: this was the last count, and a job on the pool has one of its own.
        unsafe { self.clear() };
        let layout = self.plan().layout;
        let outlived = self.header().holders.load(Ordering::Relaxed) >= OUTLIVED;
        // Given back at the end, once there is nothing of the block.
        let _counted = outlived.then(|| self.header().env.orphans.noted(Kind::Block));
        // SAFETY: this was the last count, so nobody else can reach the block; `clear` has emptied its slots.
        unsafe {
            if let Some(incoming) = &mut (*self.0.0.as_ptr()).incoming {
                response::keep(&mut incoming.parts.headers);
            }
            guard("the request", || self.0.0.drop_in_place());
            room::give(self.0.0.cast(), layout);
        }
    }
}

impl BlockPtr {
    /// What a request's block is given beside what it is made of.
    ///
    /// # Safety
    ///
    /// Nobody else has the block yet, and no borrow of the core is alive.
    #[allow(clippy::mut_from_ref)]
    pub(super) unsafe fn fresh<'a>(self) -> (&'a mut Core, Option<&'a mut Incoming>) {
        // SAFETY: by the caller's promise these are the only borrows.
        unsafe { (self.core(), (*self.0.as_ptr()).incoming.as_mut()) }
    }

    /// A count of one's own.
    pub(super) fn counted(self) -> BlockRef {
        self.header().count.fetch_add(1, Ordering::Relaxed);
        BlockRef(self)
    }

    pub(super) fn header<'a>(self) -> &'a Header {
        // SAFETY: a `BlockRef` keeps the block alive while anything that was given this pointer runs; the header is only
        // ever shared, its cells are reached through raw pointers.
        unsafe { &*self.0.as_ptr() }
    }

    pub(super) fn plan<'a>(self) -> &'a Plan {
        // SAFETY: the header's environment owns the plan, and lives as long as the block.
        unsafe { self.header().plan.as_ref() }
    }

    /// The engine's own state.
    ///
    /// # Safety
    ///
    /// The caller drives the block, and no other borrow of the core is alive.
    #[allow(clippy::mut_from_ref)]
    pub(super) unsafe fn core<'a>(self) -> &'a mut Core {
        #[cfg(all(test, loom))]
        self.header().witness.with_mut(|_| ());
        // SAFETY: by the caller's promise this is the only borrow.
        unsafe { &mut *self.header().core.get() }
    }

    /// What an extractor sees of the request, and of its body if that is its source.
    pub(super) fn view<'r>(self, body: Option<&'r Bytes>) -> RequestView<'r> {
        let Header { env, .. } = self.header();
        let &Incoming { ref parts, route, peer } = self.header().incoming();
        RequestView { parts, route, peer, body, proxies: &env.settings.trusted_proxies }
    }

    pub(super) fn at(self, offset: usize) -> *mut u8 {
        // SAFETY: offsets come from the plan, whose layout the block was allocated with.
        unsafe { self.0.as_ptr().cast::<u8>().add(offset) }
    }

    fn state_cell<'a>(self, step: usize) -> &'a AtomicU8 {
        let plan = self.plan();
        debug_assert!(step < plan.steps.len());
        // SAFETY: `step` is a step of this block's plan, as every number of one is that the engine or an argument has; the
        // state of each was written when the block was made.
        unsafe { &*self.at(plan.states).cast::<AtomicU8>().add(step) }
    }

    pub(super) fn state(self, step: usize) -> State {
        State::from(self.state_cell(step).load(Ordering::Relaxed))
    }

    /// Whether the state of a step is [`State::Ready`].
    pub(super) fn is_ready(self, step: usize) -> bool {
        self.state_cell(step).load(Ordering::Relaxed) == State::Ready as u8
    }

    pub(super) fn set_state(self, step: usize, state: State) {
        self.state_cell(step).store(state as u8, Ordering::Relaxed);
    }

    pub(super) fn slot(self, step: usize) -> *mut u8 {
        self.at(self.plan().steps[step].slot)
    }

    pub(super) fn scratch(self) -> *mut u8 {
        self.at(self.plan().scratch)
    }

    /// The outcome, as it stands.
    ///
    /// # Safety
    ///
    /// It is not set while the reference is alive.
    pub(super) unsafe fn outcome<'a>(self) -> &'a Outcome {
        // SAFETY: by the caller's promise.
        unsafe { &*self.header().outcome.get() }
    }

    /// Sets the outcome.
    ///
    /// # Safety
    ///
    /// The caller drives the block and no teardown is running.
    pub(super) unsafe fn set_outcome(self, outcome: Outcome) {
        // SAFETY: by the caller's promise nobody borrows it.
        unsafe { *self.header().outcome.get() = outcome }
    }

    /// Drops a step's future, value, error or rejection, whichever lies in its slot; a panic in the drop is logged.
    pub(super) fn empty(self, step: usize) {
        let node = self.plan().steps[step].node;
        let drop = match (self.state(step), node.build) {
            (State::Running, Build::Async(call)) => call.drop,
            (State::Ready, _) => node.value.drop,
            (State::Failed, _) => match &node.error {
                Some(error) => error.ty.drop,
                None => return,
            },
            (State::Rejected, _) => crate::graph::TypeInfo::of::<crate::graph::Rejection>().drop,
            _ => return,
        };
        self.set_state(step, State::Taken);
        let slot = self.slot(step);
        // SAFETY: the state said what lies in the slot, and says now that nothing does.
        guard(node.function.name, || unsafe { drop(slot) });
    }

    /// Drops the future in the scratch room, if there is one.
    #[inline]
    pub(super) fn empty_scratch(self, core: &mut Core) {
        if core.scratch.is_some() {
            self.drop_scratch(core);
        }
    }

    #[inline]
    fn drop_scratch(self, core: &mut Core) {
        let Some(drop) = core.scratch.take() else { return };
        let at = self.scratch();
        // SAFETY: whoever put a future there left its drop in the core; it is taken, so this happens once.
        guard("the handler", || unsafe { drop(at) });
    }

    /// Notes what the step on the pool has left in its slot, for a block that is given up: nobody will poll for it.
    ///
    /// Nothing of the block is with the pool any more.
    #[inline]
    pub(super) fn land(self, core: &mut Core) {
        if let Some(step) = core.away.take() {
            self.land_step(core, step);
        }
    }

    fn land_step(self, core: &mut Core, step: usize) {
        core.trouble = true;
        let state = match self.header().hop.step() {
            Some(Ok(true)) => State::Ready,
            Some(Ok(false)) => State::Failed,
            Some(Err(panic)) => {
                discard(panic);
                State::Blocked
            }
            None => State::Empty,
        };
        self.set_state(step, state);
    }

    /// Drops all that the block holds: futures first, then values from the last to the first, then what is left of the
    /// request's body and its permit of the pool.
    ///
    /// The driver calls this as soon as the block is done, and does not leave it to the last count: that may be a job's
    /// which is just about to end, and then values would outlive the response for a moment.
    ///
    /// # Safety
    ///
    /// The caller drives the block or holds its last count; nothing of it is with the pool, and no borrow of the core is
    /// alive.
    pub(super) unsafe fn clear(self) {
        // SAFETY: by the caller's promise.
        let core = unsafe { self.core() };
        if std::mem::replace(&mut core.cleared, true) {
            return;
        }
        self.land(core);
        self.empty_scratch(core);
        core.drop_later();
        let steps = &self.plan().steps;
        // Futures borrow from values; past the handler none is left.
        if matches!(core.stage, Stage::Steps | Stage::Handler) {
            for step in (0..steps.len()).rev().filter(|&step| self.state(step) == State::Running) {
                self.empty(step);
            }
        }
        if core.trouble {
            (0..steps.len()).rev().for_each(|step| self.empty(step));
        } else {
            // What is not ready has been taken, or never begun.
            self.plan().drops.iter().rev().for_each(|&step| self.empty(step));
        }
        core.stage = Stage::Done;
        core.release();
    }
}

/// Moves a value out of a slot.
///
/// # Safety
///
/// A live `T` lies at `at`, and the caller marks it as taken.
pub(super) unsafe fn take<T>(at: *mut u8) -> T {
    // SAFETY: by the caller's promise.
    unsafe { at.cast::<T>().read() }
}

/// Clones a value by a function of its type.
///
/// # Safety
///
/// A live `T` lies at `from`, and `clone` is the clone of `T`.
pub(super) unsafe fn duplicate<T>(from: *const u8, clone: unsafe fn(*const u8, *mut u8)) -> T {
    let mut value = MaybeUninit::<T>::uninit();
    // SAFETY: by the caller's promise; `clone` fills the room it is given.
    unsafe {
        clone(from, value.as_mut_ptr().cast());
        value.assume_init()
    }
}
