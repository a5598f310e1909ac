//! What may a function ask of the executor that its application runs on?

use std::{
    any::Any,
    convert::Infallible,
    fmt,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use crate::{
    graph::{Brought, Node, NodeRef, Provide},
    pool::Pool,
    rt::{BoxFuture, Runtime},
    scope::Args,
};

/// The executor that the application runs on, whichever it is; ask for it like for any dependency. Cheap to clone.
///
/// What uses it works on tokio, on smol and on any other executor.
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
}

impl Executor {
    pub(crate) fn new(runtime: Arc<dyn Runtime>, pool: Arc<Pool>) -> Self {
        Self { runtime, pool }
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

    /// Runs `job` on the application's bounded blocking pool, and gives what it returns.
    ///
    /// It waits for a thread without end: the pool's bound of waiting requests is kept before a request starts.
    ///
    /// # Panics
    ///
    /// The future panics with what `job` panics with.
    ///
    /// # Cancel safety
    ///
    /// The job is sent at once, and runs to its end though the future is dropped; what it returns is then dropped.
    pub fn run_blocking<T, F>(&self, job: F) -> Blocking<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let result = Arc::new(Mutex::new(Meeting { result: None, waker: None }));
        let blocking = Blocking(Arc::clone(&result));
        self.pool.submit(Box::new(move || {
            let returned = catch_unwind(AssertUnwindSafe(job));
            let waker = {
                let mut meeting = result.lock().unwrap_or_else(PoisonError::into_inner);
                meeting.result = Some(returned);
                meeting.waker.take()
            };
            if let Some(waker) = waker {
                waker.wake();
            }
        }));
        blocking
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Executor")
    }
}

/// What a job on the blocking pool returns; see [`Executor::run_blocking`].
#[must_use = "the job runs anyhow, but nobody knows when it is done"]
pub struct Blocking<T>(Arc<Mutex<Meeting<T>>>);

struct Meeting<T> {
    result: Option<Result<T, Box<dyn Any + Send>>>,
    waker: Option<Waker>,
}

impl<T> Future for Blocking<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut meeting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match meeting.result.take() {
            Some(Ok(value)) => Poll::Ready(value),
            Some(Err(panic)) => {
                drop(meeting);
                resume_unwind(panic)
            }
            None => {
                meeting.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl<T> fmt::Debug for Blocking<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocking")
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
