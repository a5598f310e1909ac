//! How does a block get to a thread of the pool and back?
//!
//! The driver sends either the whole block, when nothing else of it is under way (the pool's thread then drives it as
//! far as it can: an unbroken run of blocking functions is one hop), or a single step, while it goes on polling others.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{PoisonError, atomic::Ordering},
    task::Waker,
};

use tracing::Span;

use super::{
    Args, SyncCall,
    block::BlockRef,
    context::{ready, within},
    drive,
};
use crate::sync::{AtomicU8, Mutex};
use crate::unwind::{discard, quietly};

/// What a step on the pool came to: whether there is a value, or the panic.
pub(super) type Returned = Result<bool, Box<dyn Any + Send>>;

/// Where a block is.
pub(super) struct Hop {
    place: AtomicU8,
    meet: Mutex<Meet>,
}

#[derive(Default)]
struct Meet {
    waker: Option<Waker>,
    /// Those who wait for a deferred step.
    askers: Vec<Waker>,
    step: Option<Returned>,
}

const HERE: u8 = 0;
const STEP_AWAY: u8 = 1;
const BLOCK_AWAY: u8 = 2;

impl Hop {
    pub(super) fn new() -> Self {
        Self { place: AtomicU8::new(HERE), meet: Mutex::default() }
    }

    /// Whether the whole block is with the pool: nobody else may drive it.
    pub(super) fn is_away(&self) -> bool {
        self.place.load(Ordering::Acquire) == BLOCK_AWAY
    }

    /// Whether a thread of the pool has anything of the block.
    pub(super) fn is_out(&self) -> bool {
        self.place.load(Ordering::Acquire) != HERE
    }

    /// Asks to be woken when the pool is done; `false` if it already is.
    pub(super) fn wait(&self, waker: &Waker) -> bool {
        let mut meet = self.meet.lock().unwrap_or_else(PoisonError::into_inner);
        // Checked under the lock that `back` holds while it changes the place: no wake-up is lost.
        if !self.is_out() {
            return false;
        }
        let before = meet.waker.replace(waker.clone());
        drop(meet);
        // Not under the lock: what a waker owns may be anything.
        drop(before);
        true
    }

    /// Asks to be woken when a deferred step has ended.
    pub(super) fn ask(&self, waker: &Waker) {
        let askers = &mut self.meet.lock().unwrap_or_else(PoisonError::into_inner).askers;
        if !askers.iter().any(|asker| asker.will_wake(waker)) {
            askers.push(waker.clone());
        }
    }

    /// Wakes those who have asked.
    pub(super) fn answer(&self) {
        let askers = std::mem::take(&mut self.meet.lock().unwrap_or_else(PoisonError::into_inner).askers);
        askers.into_iter().for_each(Waker::wake);
    }

    /// The result of a single step, once it is back; `None` too when it was given up before it ran.
    pub(super) fn step(&self) -> Option<Returned> {
        if self.is_out() {
            return None;
        }
        self.meet.lock().unwrap_or_else(PoisonError::into_inner).step.take()
    }

    fn back(&self, step: Option<Returned>) {
        let waker = {
            let mut meet = self.meet.lock().unwrap_or_else(PoisonError::into_inner);
            meet.step = step;
            self.place.store(HERE, Ordering::Release);
            meet.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Sends the whole block; the caller no longer drives it.
pub(super) fn send_block(block: &BlockRef) {
    let header = block.header();
    header.hop.place.store(BLOCK_AWAY, Ordering::Release);
    let block = block.clone();
    header.env.pool.submit(Box::new(move || {
        // Whatever comes of it: somebody waits for the block.
        quietly(|| drive::on_pool(&block));
        block.header().hop.back(None);
    }));
}

/// Sends one step, whose arguments are ready and whose state says that it is away.
pub(super) fn send_step(block: &BlockRef, step: usize, call: SyncCall, span: Option<Span>) {
    let header = block.header();
    header.hop.place.store(STEP_AWAY, Ordering::Release);
    let block = block.clone();
    // Those of now: one that the executor builds meanwhile is not seen by this thread.
    let contexts = ready(*block);
    header.env.pool.submit(Box::new(move || {
        if block.header().cancelled.load(Ordering::Relaxed) {
            // Nobody waits for it any more.
            return block.header().hop.back(None);
        }
        let args = Args::new(*block, block.plan().steps[step].args.start);
        let slot = block.slot(step);
        let mut returned = None;
        let run = || {
            let _span = span.map(Span::entered);
            #[allow(unsafe_code)]
            // SAFETY: the plan has laid out the slot for this step's value or error; until it is back it is this thread's.
            let call = || unsafe { call(args, slot) };
            returned = Some(catch_unwind(AssertUnwindSafe(call)));
        };
        let entered = catch_unwind(AssertUnwindSafe(|| within(*block, &contexts, run)));
        let step = match (returned, entered) {
            (None, entered) => entered.err().map(Err),
            (returned, Ok(())) => returned,
            // A context that panics once the step has run does no harm: the value is in its slot.
            (returned, Err(panic)) => {
                discard(panic);
                returned
            }
        };
        block.header().hop.back(step);
    }));
}
