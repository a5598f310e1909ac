//! How many functions may block at once?
//!
//! As many as the pool has threads; further ones wait in a queue of bounded length. The bound is kept by counting
//! requests in, so that one which has begun is never refused half-way. Threads come from the [`Runtime`]; a thread that
//! has finished a job takes the next from the queue before it is given back.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, atomic::Ordering},
    task::{Context, Poll, Waker},
    time::Duration,
};

use crate::{
    rt::{BoxFuture, Runtime},
    sync::{AtomicUsize, Mutex, MutexGuard},
    unwind::{discard, quietly},
};

type Job = Box<dyn FnOnce() + Send>;

/// The bounded pool of blocking threads.
pub(crate) struct Pool {
    runtime: Arc<dyn Runtime>,
    threads: usize,
    permits: usize,
    admitted: AtomicUsize,
    state: Mutex<State>,
}

/// One that takes jobs from the queue: when it is dropped, until there are none.
///
/// That is on a thread for it, or where an executor that is going down drops what it is given: a job that was lost would
/// leave a request, and what it has to tear down, waiting for ever.
struct Worker(Arc<Pool>);

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.work();
    }
}

#[derive(Default)]
struct State {
    running: usize,
    queue: VecDeque<Job>,
    /// Who waits until nothing runs.
    idle: Vec<Waker>,
}

/// A request's admission to the pool; given back when dropped.
pub(crate) struct Permit {
    pool: Arc<Pool>,
    /// Whether it keeps others out.
    counts: bool,
}

impl Permit {
    /// Leaves the request's place to others while it `waits` for its client. It has one again when it goes on, though
    /// there be one more than there are places: what has begun is never refused.
    pub(crate) fn set_waiting(&mut self, waits: bool) {
        if self.counts == waits {
            self.counts = !waits;
            if waits {
                self.pool.admitted.fetch_sub(1, Ordering::Relaxed);
            } else {
                self.pool.admitted.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.set_waiting(true);
    }
}

impl Pool {
    /// A pool of `threads` with room for `queue` more requests.
    pub(crate) fn new(runtime: Arc<dyn Runtime>, threads: usize, queue: usize) -> Arc<Self> {
        let threads = threads.max(1);
        let permits = threads.saturating_add(queue);
        Arc::new(Self { runtime, threads, permits, admitted: AtomicUsize::new(0), state: Mutex::default() })
    }

    /// Admits a request that will block; `None` when all permits are taken.
    pub(crate) fn admit(self: &Arc<Self>) -> Option<Permit> {
        let one_more = |taken| (taken < self.permits).then_some(taken + 1);
        self.admitted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
        Some(Permit { pool: Arc::clone(self), counts: true })
    }

    /// A pause on the executor that the pool belongs to.
    pub(crate) fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.runtime.sleep(duration)
    }

    /// Runs `job` on a thread of the pool, at once or when one is free.
    pub(crate) fn submit(self: &Arc<Self>, job: Job) {
        let mut state = self.state();
        state.queue.push_back(job);
        if state.running >= self.threads {
            return;
        }
        state.running += 1;
        drop(state);
        let worker = Worker(Arc::clone(self));
        let spawn = || self.runtime.spawn_blocking(Box::new(move || drop(worker)));
        if let Err(panic) = catch_unwind(AssertUnwindSafe(spawn)) {
            discard(panic);
            quietly(|| tracing::error!("the executor panicked when it was given a job that blocks"));
        }
    }

    /// Ready once nothing runs, and what has run is gone.
    pub(crate) fn poll_idle(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state();
        if state.running == 0 {
            return Poll::Ready(());
        }
        if !state.idle.iter().any(|waker| waker.will_wake(cx.waker())) {
            state.idle.push(cx.waker().clone());
        }
        Poll::Pending
    }

    /// How many threads are at work.
    pub(crate) fn busy(&self) -> usize {
        self.state().running
    }

    /// Runs what is in the queue.
    fn work(&self) {
        loop {
            let mut state = self.state();
            let Some(job) = state.queue.pop_front() else {
                state.running -= 1;
                if state.running == 0 && !state.idle.is_empty() {
                    let idle = std::mem::take(&mut state.idle);
                    drop(state);
                    idle.into_iter().for_each(Waker::wake);
                }
                return;
            };
            drop(state);
            // Jobs catch their own panics; a thread that died here would be lost to the count.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(job)) {
                discard(panic);
                quietly(|| tracing::error!("a job of the blocking pool panicked"));
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
