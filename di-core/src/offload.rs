//! How does a future get something done that blocks?

use std::{
    any::Any,
    fmt,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
};

use crate::pool::Pool;

/// The application's bounded pool of blocking threads, for what an input has to do that blocks.
#[derive(Clone, Default)]
pub struct Offload(Option<Arc<Pool>>);

impl Offload {
    pub(crate) fn new(pool: &Arc<Pool>) -> Self {
        Self(Some(Arc::clone(pool)))
    }

    /// Runs `job` on a thread of the pool; outside of an application, in place.
    ///
    /// # Panics
    ///
    /// If `job` does.
    ///
    /// # Cancel safety
    ///
    /// A job that was begun is finished when the future is dropped, and what it returns is dropped.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T {
        let Some(pool) = &self.0 else { return job() };
        let done = Arc::new(Mutex::new(Done { result: None, waker: None }));
        let sender = Arc::clone(&done);
        pool.submit(Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(job));
            let mut done = sender.lock().unwrap_or_else(PoisonError::into_inner);
            done.result = Some(result);
            let waker = done.waker.take();
            drop(done);
            waker.into_iter().for_each(Waker::wake);
        }));
        let result = poll_fn(|cx| {
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            match done.result.take() {
                Some(result) => Poll::Ready(result),
                None => {
                    done.waker = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        });
        result.await.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

struct Done<T> {
    result: Option<Result<T, Box<dyn Any + Send>>>,
    waker: Option<Waker>,
}

impl fmt::Debug for Offload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Offload")
    }
}
