//! What may a function ask of the executor that its application runs on?

use std::{convert::Infallible, fmt, future::Future, sync::Arc, time::Duration};

use crate::{
    blocking::Blocking,
    graph::{Brought, Node, NodeRef, Provide},
    pool::Pool,
    rt::{BoxFuture, Runtime},
    scope::{Args, Sessions},
    stopping::Stopping,
};

/// The executor that the application runs on, whichever it is; ask for it like for any dependency. Cheap to clone.
///
/// What uses it works on tokio, on smol and on any other executor. Handlers, jobs and their providers have it; singletons, which are
/// built before there is anything to run, do not.
///
/// ```
/// use bytes::Bytes;
/// use di_core::Executor;
///
/// # fn shrink(image: &[u8]) -> Vec<u8> { image.to_vec() }
/// // A handler: `#[post("/thumbnail")]`.
/// async fn thumbnail(image: Bytes, executor: &Executor) -> Vec<u8> {
///     executor.run_blocking(move || shrink(&image)).await
/// }
/// ```
#[derive(Clone)]
pub struct Executor {
    runtime: Arc<dyn Runtime>,
    pool: Arc<Pool>,
    sessions: Arc<Sessions>,
}

impl Executor {
    pub(crate) fn new(runtime: Arc<dyn Runtime>, pool: Arc<Pool>, sessions: Arc<Sessions>) -> Self {
        Self { runtime, pool, sessions }
    }

    /// Runs `future` to its end, whoever waits for it.
    ///
    /// Nobody does: a shutdown neither. What is to be awaited at a shutdown belongs in
    /// [`BackgroundTasks`](crate::BackgroundTasks).
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(Box::pin(future));
    }

    /// A future that is ready once `duration` has passed since this call.
    #[must_use = "nobody sleeps until it is awaited"]
    pub fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.runtime.sleep(duration)
    }

    /// A future that is ready once the application has been asked to end: the server has had a signal, or somebody has called
    /// [`Application::close_sessions`](crate::Application::close_sessions).
    ///
    /// For what would otherwise go on for as long as the server lets it: a request that waits for something to happen, a stream that
    /// never ends.
    pub fn stopping(&self) -> Stopping {
        Stopping::new(Arc::clone(&self.sessions))
    }

    /// Runs `job` on the application's bounded blocking pool, and gives what it returns.
    ///
    /// It waits for a thread without end: the pool's bound of waiting requests is kept before a request starts.
    ///
    /// # Panics
    ///
    /// The future panics with what `job` panics with, and if the executor was shut down before `job` ran.
    ///
    /// # Cancel safety
    ///
    /// The job is sent at once, and runs to its end though the future is dropped; what it returns is then dropped.
    pub fn run_blocking<T, F>(&self, job: F) -> Blocking<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        Blocking::run(&self.pool, job)
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Executor")
    }
}

#[diagnostic::do_not_recommend]
impl<C> Provide<C> for Executor {
    type Error = Infallible;
    const NODE: NodeRef = {
        static NODE: Node = Node::brought::<Executor>("Executor", "executor");
        NodeRef::new(&NODE)
    };
}

impl Brought for Executor {
    fn bring(args: Args<'_>) -> Self {
        args.executor()
    }
}
