//! What is left of requests that nobody waits for any more?
//!
//! Each is counted, by what it is, so that a shutdown can await them. Those that are tasks of their own can be cut off, in two
//! steps: first they give up what they can and go on with their teardowns; later, whatever they do, they are dropped.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex as StdMutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};

use pin_project_lite::pin_project;

use super::block::BlockPtr;
use crate::{
    rt::Runtime,
    sync::{AtomicUsize, Mutex},
    unwind::guard,
};

/// What may be left. In this order on purpose: what is of one kind becomes, if anything, one of a later, and
/// [`poll_none`](Orphans::poll_none) looks at the counts in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Session,
    /// A request whose client has gone.
    Request,
    /// Background tasks.
    Tasks,
    /// A request that is over but for a [`Held`](super::Held) somewhere.
    Held,
    /// Teardowns after a response, or of a container.
    Teardown,
    /// The memory of a request that had holders: a thread may have it for a moment after all that follows them has ended, and with it
    /// the container.
    Block,
}

const KINDS: usize = 6;

/// What an application has not ended yet; see [`Application::unfinished`](crate::Application::unfinished).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Unfinished {
    /// Sessions that are open, such as websockets.
    pub sessions: usize,
    /// Requests whose clients have gone: their handlers, if those are `detached` or block a thread, and teardowns.
    pub requests: usize,
    /// Requests whose background tasks run, or what is torn down after them.
    pub tasks: usize,
    /// Requests of which a [`Held`](super::Held) is left somewhere.
    pub held: usize,
    /// Requests with values that are torn down after the response.
    pub teardowns: usize,
    /// Threads of the blocking pool that are at work, for whatever of these.
    pub blocking: usize,
}

/// Counts what is left of requests.
#[derive(Default)]
pub(crate) struct Orphans {
    counts: [AtomicUsize; KINDS],
    wakers: Mutex<Vec<Waker>>,
    cut: AtomicBool,
    /// How often all tasks that there were have been dropped.
    drops: AtomicUsize,
    waiting: StdMutex<Waiting>,
}

/// The tasks that wait for something.
#[derive(Default)]
struct Waiting {
    next: u64,
    wakers: HashMap<u64, Waker>,
}

impl Orphans {
    pub(super) fn count(self: &Arc<Self>, kind: Kind) -> Counted {
        self.note(kind);
        self.noted(kind)
    }

    /// Counts one, until what [`noted`](Self::noted) gives is dropped.
    pub(super) fn note(&self, kind: Kind) {
        self.counts[kind as usize].fetch_add(1, Ordering::AcqRel);
    }

    /// One that has been counted.
    pub(super) fn noted(self: &Arc<Self>, kind: Kind) -> Counted {
        Counted { orphans: Arc::clone(self), kind }
    }

    /// Ready once nothing is left.
    pub(crate) fn poll_none(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut wakers = self.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        // Read under the lock that the last one takes before it wakes: no wake-up is lost. And in this order: what becomes
        // another kind is counted as that before it is no more counted as the first.
        if self.counts.iter().all(|count| count.load(Ordering::Acquire) == 0) {
            return Poll::Ready(());
        }
        if !wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            wakers.push(cx.waker().clone());
        }
        Poll::Pending
    }

    /// What is left now; nothing of it is known of the pool.
    pub(crate) fn unfinished(&self) -> Unfinished {
        let count = |kind: Kind| self.counts[kind as usize].load(Ordering::Acquire);
        Unfinished {
            sessions: count(Kind::Session),
            requests: count(Kind::Request),
            tasks: count(Kind::Tasks),
            held: count(Kind::Held),
            teardowns: count(Kind::Teardown),
            blocking: 0,
        }
    }

    /// Runs what is left of a request on the executor, counted.
    pub(super) fn spawn(
        self: &Arc<Self>,
        runtime: &dyn Runtime,
        kind: Kind,
        block: BlockPtr,
        future: impl Future<Output = ()> + Send + 'static,
    ) {
        let (counted, born) = (self.count(kind), self.drops.load(Ordering::Acquire));
        runtime.spawn(Box::pin(Left { future: Some(future), block, registration: None, cut: false, born, counted }));
    }

    /// Whether what is left is to give up what it can.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Acquire)
    }

    /// Has what is left, and what comes, give up what it can.
    pub(crate) fn cut(&self) {
        self.cut.store(true, Ordering::Release);
        self.wake();
    }

    /// Has all tasks dropped that there are.
    pub(crate) fn drop_tasks(&self) {
        self.drops.fetch_add(1, Ordering::AcqRel);
        self.wake();
    }

    fn wake(&self) {
        let wakers: Vec<_> = self.waiting().wakers.values().cloned().collect();
        wakers.into_iter().for_each(Waker::wake);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those that are counted.
pub(super) struct Counted {
    orphans: Arc<Orphans>,
    kind: Kind,
}

impl Drop for Counted {
    fn drop(&mut self) {
        if self.orphans.counts[self.kind as usize].fetch_sub(1, Ordering::AcqRel) == 1 {
            let wakers = std::mem::take(&mut *self.orphans.wakers.lock().unwrap_or_else(PoisonError::into_inner));
            wakers.into_iter().for_each(Waker::wake);
        }
    }
}

/// A task's registration among those that wait, undone when it is dropped.
struct Registration {
    orphans: Arc<Orphans>,
    id: u64,
}

impl Drop for Registration {
    fn drop(&mut self) {
        let waker = self.orphans.waiting().wakers.remove(&self.id);
        // Not under the lock: a waker may be anything.
        drop(waker);
    }
}

pin_project! {
    /// A task that sees to what is left of a request.
    // What the future owns goes first: what follows it is counted by itself before the count is given back.
    struct Left<F> {
        #[pin]
        future: Option<F>,
        // Alive while the future is.
        block: BlockPtr,
        // Taken when the future has had to wait: most never do.
        registration: Option<Registration>,
        // Whether the future has been polled since the cut.
        cut: bool,
        // What `drops` was when it was spawned.
        born: usize,
        counted: Counted,
    }
}

/// Has a task woken when there is something that it is to see.
fn wait(orphans: &Arc<Orphans>, registration: &mut Option<Registration>, cx: &mut Context<'_>) {
    let mut waiting = orphans.waiting();
    let registration = registration.get_or_insert_with(|| {
        waiting.next += 1;
        Registration { orphans: Arc::clone(orphans), id: waiting.next }
    });
    let before = match waiting.wakers.get(&registration.id) {
        Some(waker) if waker.will_wake(cx.waker()) => None,
        _ => waiting.wakers.insert(registration.id, cx.waker().clone()),
    };
    drop(waiting);
    // Not under the lock: what a waker owns may be anything.
    drop(before);
}

impl<F: Future<Output = ()>> Future for Left<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        loop {
            let Some(future) = this.future.as_mut().as_pin_mut() else { return Poll::Ready(()) };
            if future.poll(cx).is_ready() {
                break;
            }
            let orphans = &this.counted.orphans;
            wait(orphans, this.registration, cx);
            // Read after the lock that is taken by who wakes, once there is something to see: no wake-up is lost.
            if orphans.drops.load(Ordering::Acquire) != *this.born {
                this.block.header().given_up.store(true, Ordering::Relaxed);
                break;
            }
            let cut = orphans.is_cut();
            if std::mem::replace(this.cut, cut) == cut {
                return Poll::Pending;
            }
        }
        guard("what is left of a request", || this.future.set(None));
        Poll::Ready(())
    }
}
