//! How many functions may block at once?
//!
//! As many as the pool has threads; further ones wait in a queue of bounded length. The bound is kept by counting
//! requests in, so that one which has begun is never refused half-way. Threads come from the [`Runtime`]; a thread that
//! has finished a job takes the next from the queue before it is given back.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::rt::Runtime;

type Job = Box<dyn FnOnce() + Send>;

/// The bounded pool of blocking threads.
pub(crate) struct Pool {
    runtime: Arc<dyn Runtime>,
    threads: usize,
    places: usize,
    admitted: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: usize,
    queue: VecDeque<Job>,
}

/// A request's place in the pool; given back when dropped.
pub(crate) struct Place(Arc<Pool>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.admitted.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// A pool of `threads` with room for `queue` more requests.
    pub(crate) fn new(runtime: Arc<dyn Runtime>, threads: usize, queue: usize) -> Arc<Self> {
        let threads = threads.max(1);
        let places = threads.saturating_add(queue);
        Arc::new(Self { runtime, threads, places, admitted: AtomicUsize::new(0), state: Mutex::default() })
    }

    /// A place for a request that will block; `None` when all are taken.
    pub(crate) fn admit(self: &Arc<Self>) -> Option<Place> {
        let taken = self.admitted.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(self));
        (taken < self.places).then_some(place)
    }

    /// Runs `job` on a thread of the pool, at once or when one is free.
    pub(crate) fn submit(self: &Arc<Self>, job: Job) {
        let mut state = self.state();
        if state.running >= self.threads {
            state.queue.push_back(job);
            return;
        }
        state.running += 1;
        drop(state);
        let pool = Arc::clone(self);
        self.runtime.spawn_blocking(Box::new(move || pool.work(job)));
    }

    fn work(&self, mut job: Job) {
        loop {
            // Jobs catch their own panics; a thread that died here would be lost to the count.
            if catch_unwind(AssertUnwindSafe(job)).is_err() {
                tracing::error!("a job of the blocking pool panicked");
            }
            let mut state = self.state();
            match state.queue.pop_front() {
                Some(next) => job = next,
                None => {
                    state.running -= 1;
                    return;
                }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
