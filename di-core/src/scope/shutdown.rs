//! How does a container come to its end?
//!
//! The block in which its singletons were built is kept. At the end they are put back into it, and the engine tears them
//! down there as it does what belongs to a request: in reverse plan order, so each before what it depends on; teardowns
//! first, then the values are dropped.
#![allow(unsafe_code)]

use std::{
    future::Future,
    mem::ManuallyDrop,
    ops::Deref,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::{
    block::{BlockRef, State},
    drive::{self, Stage},
    left::Kind,
};
use crate::{graph::Sends, outcome::Outcome};

/// A container in use; it ends with its last owner.
// The container comes first, for those who know no more of it than the offsets of its fields.
#[repr(C)]
pub(crate) struct Live<C> {
    container: ManuallyDrop<C>,
    /// Gone once the end has begun.
    built: Option<Built>,
}

/// Where the values of a container were built.
pub(crate) struct Built {
    block: BlockRef,
    /// For each field, the step that built it, and where in the container it lies.
    fields: Vec<(usize, usize)>,
}

impl Built {
    pub(super) fn new(block: BlockRef, fields: Vec<(usize, usize)>) -> Self {
        Self { block, fields }
    }
}

// SAFETY: `new` is handed what says that a `C` is `Send` and `Sync`, and the other field is so too.
unsafe impl<C> Send for Live<C> where Built: Send {}
// SAFETY: as above.
unsafe impl<C> Sync for Live<C> where Built: Sync {}

impl<C> Live<C> {
    /// # Safety
    ///
    /// All that there is to drop in `container` are the fields that `built` lists, which have been moved out of their slots.
    pub(crate) unsafe fn new(container: C, _: (Sends<C>, Sends<&'static C>), built: Built) -> Self
    where
        C: 'static,
    {
        Self { container: ManuallyDrop::new(container), built: Some(built) }
    }

    /// Tears the singletons down.
    pub(crate) fn end(mut self) -> Ending {
        // SAFETY: `self` is dropped next, which finds nothing left to do.
        unsafe { self.put_back() }.expect("nobody but this has begun the end")
    }

    /// Moves the fields back to where they were built; `None` if that has been done.
    ///
    /// # Safety
    ///
    /// The container is used no more.
    unsafe fn put_back(&mut self) -> Option<Ending> {
        let Built { block, fields } = self.built.take()?;
        let container = (&raw const self.container).cast::<u8>();
        for (step, offset) in fields {
            let size = block.plan().steps[step].node.value.size;
            // SAFETY: the field lies there, has the type of the slot, which is empty, and is used no more.
            unsafe { block.slot(step).copy_from_nonoverlapping(container.add(offset), size) };
            block.set_state(step, State::Ready);
        }
        // SAFETY: the block is done, so this is its driver and the only borrow.
        let core = unsafe { block.core() };
        // SAFETY: as above, and no teardown has begun.
        unsafe { block.set_outcome(Outcome::Shutdown) };
        core.cleared = false;
        core.stage = Stage::Teardown(block.plan().steps.len());
        Some(Ending(block))
    }
}

impl<C> Deref for Live<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.container
    }
}

impl<C> Drop for Live<C> {
    fn drop(&mut self) {
        // SAFETY: the container is being dropped.
        let Some(ending) = (unsafe { self.put_back() }) else { return };
        let env = Arc::clone(&ending.0.header().env);
        if ending.0.plan().tears_down {
            let counted = env.orphans.count(Kind::Teardown);
            env.runtime.spawn(Box::pin(async move {
                let _counted = counted;
                ending.await;
            }));
        }
    }
}

/// The teardowns of a container, on their way. Dropped, it drops what is left, in the same order.
pub(crate) struct Ending(BlockRef);

impl Future for Ending {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        drive::poll(&self.0, cx)
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        // SAFETY: nobody drives the block any more, nothing of it is with the pool, and `poll` has given its borrow back.
        unsafe { self.0.clear() };
    }
}
