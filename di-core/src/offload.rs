//! How does a future get something done that blocks?

use std::{fmt, sync::Arc};

use crate::{blocking::Blocking, pool::Pool};

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
