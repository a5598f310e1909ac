//! What happens to a request once its response has gone out?
//!
//! A plan *lingers* if something in it is torn down after the response, is held by the handler, or runs in the background;
//! that of a session always does.
//! The block of such a plan counts its holders: its driver until there is a response, then the response's body, then the
//! background tasks; and each [`Held`], which a body or a task may own. When the last of them is dropped, wherever that is,
//! the rest follows on the executor: teardowns in reverse plan order, then the values are dropped.
#![allow(unsafe_code)]

use std::{
    fmt,
    future::{Future, poll_fn},
    ops::{Deref, DerefMut},
    pin::Pin,
    ptr::NonNull,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::{
    block::{BlockRef, State},
    drive::{self, Stage},
    left::{Counted, Kind},
};
use crate::{
    background::BackgroundTasks,
    body::{Body, BoxError},
    graph::key,
    rt::BoxFuture,
    unwind::guard,
};

/// Keeps a request's values from being torn down; the last one to be dropped starts that.
struct Holder(BlockRef);

/// Set in the count of holders once it is known that some outlive the response.
pub(super) const OUTLIVED: usize = 1 << (usize::BITS - 1);

impl Holder {
    /// One more.
    fn new(block: &BlockRef) -> Self {
        block.header().holders.fetch_add(1, Ordering::Relaxed);
        Self(block.clone())
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let header = self.0.header();
        // The last one sees what the others did to the values.
        if header.holders.fetch_sub(1, Ordering::AcqRel) == OUTLIVED + 1 {
            let counted = header.env.orphans.noted(Kind::Held);
            drop(Rest::new(self.0.clone(), Some(counted)));
        }
    }
}

/// The driver's hold on a block whose response has gone out. Holders that outlive it are counted from then on.
struct Out(Option<BlockRef>);

impl Out {
    /// What follows, if there are no holders.
    fn release(&mut self) -> Option<Rest> {
        let block = self.0.take()?;
        // As above.
        match block.header().holders.compare_exchange(1, 0, Ordering::AcqRel, Ordering::Relaxed) {
            Ok(_) => Some(Rest::new(block, None)),
            Err(_) => outlived(block),
        }
    }

    /// Sees to what follows if there are no holders, and waits for it.
    async fn finish(mut self) {
        if let Some(rest) = self.release() {
            rest.await;
        }
    }
}

/// Leaves a block to its holders.
#[cold]
fn outlived(block: BlockRef) -> Option<Rest> {
    let header = block.header();
    header.env.orphans.note(Kind::Held);
    header.env.orphans.note(Kind::Block);
    if header.holders.fetch_add(OUTLIVED - 1, Ordering::AcqRel) > 1 {
        return None;
    }
    // They have gone meanwhile.
    let counted = header.env.orphans.noted(Kind::Held);
    Some(Rest::new(block, Some(counted)))
}

impl Drop for Out {
    fn drop(&mut self) {
        // A rest that is dropped goes on by itself.
        drop(self.release());
    }
}

/// The rest of a request's life. It goes on, on the executor, if it is dropped before its end.
struct Rest {
    future: Option<BoxFuture<'static, ()>>,
    block: BlockRef,
    kind: Kind,
    _counted: Option<Counted>,
}

impl Rest {
    /// The teardowns.
    fn new(block: BlockRef, counted: Option<Counted>) -> Self {
        Self { future: Some(Box::pin(rest(block.clone()))), block, kind: Kind::Teardown, _counted: counted }
    }

    /// The background tasks, and then the teardowns.
    fn with_tasks(block: BlockRef) -> Self {
        Self { future: Some(Box::pin(finish(block.clone()))), block, kind: Kind::Tasks, _counted: None }
    }
}

impl Future for Rest {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(future) = &mut self.future else { return Poll::Ready(()) };
        let end = future.as_mut().poll(cx);
        if end.is_ready() {
            self.future = None;
        }
        end
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        let Some(future) = self.future.take() else { return };
        let header = self.block.header();
        if header.given_up.load(Ordering::Relaxed) {
            return;
        }
        header.env.orphans.spawn(&*header.env.runtime, self.kind, *self.block, future);
    }
}

async fn rest(block: BlockRef) {
    // SAFETY: the last holder is gone and the driver's work is done, so this future is the block's driver.
    unsafe { block.core() }.stage = Stage::After(block.plan().steps.len());
    poll_fn(|cx| drive::poll(&block, cx)).await;
    // SAFETY: as above; `poll` has given its borrow back.
    unsafe { block.clear() };
}

/// The driver's hold on its block once its work is done. When it is dropped the response has gone out: background tasks
/// follow, and keep the hold until they are done.
pub(super) struct Sent(Option<BlockRef>);

impl Sent {
    pub(super) fn new(block: BlockRef) -> Self {
        Self(Some(block))
    }

    /// Sees to the background tasks and to what follows them, and waits for it; it goes on if nobody waits any more.
    pub(super) async fn finish(mut self) {
        if let Some(block) = self.0.take() {
            Rest::with_tasks(block).await;
        }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        let Some(block) = self.0.take() else { return };
        if !has_tasks(&block) {
            drop(Out(Some(block)));
            return;
        }
        let env = Arc::clone(&block.header().env);
        let at = *block;
        env.orphans.spawn(&*env.runtime, Kind::Tasks, at, finish(block));
    }
}

async fn finish(block: BlockRef) {
    // Made first: if this future is dropped, what follows goes on by itself.
    let out = Out(Some(block.clone()));
    if has_tasks(&block)
        && let Some(tasks) = tasks(&block)
    {
        let env = &block.header().env;
        tasks.run(&env.pool, &env.orphans).await;
    }
    drop(block);
    out.finish().await;
}

/// Whether a request has background tasks to be run; those of one that did not succeed are dropped.
fn has_tasks(block: &BlockRef) -> bool {
    let Some(tasks) = tasks(block) else { return false };
    // SAFETY: no teardown runs, so the outcome is not being set.
    if !unsafe { block.outcome() }.is_success() {
        guard("a background task", || tasks.clear());
    }
    !tasks.is_empty()
}

fn tasks(block: &BlockRef) -> Option<&BackgroundTasks> {
    let steps = &block.plan().steps;
    let step = steps.iter().position(|step| step.node.key == key::<BackgroundTasks>())?;
    // SAFETY: the slot is that of a `BackgroundTasks`, and its value is there; it is only ever shared.
    (block.state(step) == State::Ready).then(|| unsafe { &*block.slot(step).cast::<BackgroundTasks>() })
}

/// A body that keeps the values of the request that it answers.
pub(crate) struct Kept {
    // Dropped first: what it holds of the request is held until then.
    body: Body,
    _sent: Sent,
}

impl Kept {
    pub(super) fn new(body: Body, sent: Sent) -> Self {
        Self { body, _sent: sent }
    }
}

impl http_body::Body for Kept {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A request-scoped `T`, taken by a handler for the rest of the request: into a streaming body, or a task.
///
/// Nobody else has it meanwhile. It is torn down, if its provider says so, after the response's body and every `Held` have
/// been dropped. A type that is torn down *before* the response cannot be held.
pub struct Held<T> {
    value: NonNull<T>,
    _holder: Holder,
}

// SAFETY: a `Held` is the one way to its value, as a `&mut T` is; the block that it keeps alive is `Send` and `Sync`.
unsafe impl<T: Send> Send for Held<T> {}
// SAFETY: a shared `Held` gives out `&T`.
unsafe impl<T: Sync> Sync for Held<T> {}

impl<T> Held<T> {
    /// # Safety
    ///
    /// A live `T` lies at `value`, in the block, and nobody else uses it until the block's last holder is gone.
    pub(super) unsafe fn new(value: NonNull<T>, block: &BlockRef) -> Self {
        Self { value, _holder: Holder::new(block) }
    }
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: `new` was promised a value that is this one's alone.
        unsafe { self.value.as_ref() }
    }
}

impl<T> DerefMut for Held<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { self.value.as_mut() }
    }
}

impl<T: fmt::Debug> fmt::Debug for Held<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Held").field(&**self).finish()
    }
}
