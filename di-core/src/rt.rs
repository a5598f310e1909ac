//! What is needed of an executor?
//!
//! Three things: run a future, run a job that blocks, and sleep. [`Runtime`] asks for exactly these, as an object, and
//! is captured when an application is built, so that a request dropped on any thread can still be finished.

use std::{fmt, future::Future, pin::Pin, time::Duration};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An executor, as far as an application needs one.
///
/// Implementations for tokio and smol come with `di-server`; any other takes a few lines:
///
/// ```
/// use std::{thread, time::Duration};
/// use di_core::rt::{BoxFuture, Runtime};
///
/// /// One thread for each future and each job.
/// struct Threads;
///
/// impl Runtime for Threads {
///     fn spawn(&self, future: BoxFuture<'static, ()>) {
///         thread::spawn(|| block_on(future));
///     }
///     fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
///         thread::spawn(job);
///     }
///     fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
///         Box::pin(async move { thread::sleep(duration) })
///     }
/// }
/// # fn block_on(future: BoxFuture<'static, ()>) {
/// #     struct Unpark(thread::Thread);
/// #     impl std::task::Wake for Unpark { fn wake(self: std::sync::Arc<Self>) { self.0.unpark() } }
/// #     let waker = std::sync::Arc::new(Unpark(thread::current())).into();
/// #     let mut future = future;
/// #     while future.as_mut().poll(&mut std::task::Context::from_waker(&waker)).is_pending() { thread::park() }
/// # }
/// ```
pub trait Runtime: Send + Sync + 'static {
    /// Runs `future` to its end, whoever waits for it. May be called from any thread.
    fn spawn(&self, future: BoxFuture<'static, ()>);

    /// Runs `job` on a thread where blocking harms nobody.
    ///
    /// An application never has more than its own bound of jobs out (40 by default), so no queue is needed here.
    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>);

    /// A future that is ready once `duration` has passed since this call.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

impl fmt::Debug for dyn Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Runtime")
    }
}
