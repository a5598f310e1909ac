//! How does a future get something done that blocks?

use std::{fmt, sync::Arc, time::Duration};

use crate::{blocking::Blocking, pool::Pool, rt::BoxFuture};

/// The application's bounded pool of blocking threads, for what an input has to do that blocks.
#[derive(Clone, Default)]
pub struct Offload(Option<Arc<Pool>>);

impl Offload {
    pub(crate) fn new(pool: &Arc<Pool>) -> Self {
        Self(Some(Arc::clone(pool)))
    }

    /// A pause of this length; outside of an application, none.
    pub(crate) fn sleep(&self, duration: Duration) -> Option<BoxFuture<'static, ()>> {
        self.0.as_ref().map(|pool| pool.sleep(duration))
    }

    /// Runs `job` on a thread of the pool; outside of an application, in place.
    ///
    /// # Panics
    ///
    /// If `job` does, or the executor was shut down before it ran.
    ///
    /// # Cancel safety
    ///
    /// A job that was begun is finished when the future is dropped, and what it returns is dropped.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T {
        let Some(pool) = &self.0 else { return job() };
        Blocking::run(pool, job).await
    }
}

impl fmt::Debug for Offload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Offload")
    }
}
