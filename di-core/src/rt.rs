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
/// use std::{future::poll_fn, task::Poll, thread, time::{Duration, Instant}};
/// use di_core::rt::{BoxFuture, Runtime};
///
/// /// A thread for each future, each job and each sleep.
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
///         let until = Instant::now() + duration;
///         Box::pin(poll_fn(move |cx| {
///             let left = until.saturating_duration_since(Instant::now());
///             if left.is_zero() {
///                 return Poll::Ready(());
///             }
///             let waker = cx.waker().clone();
///             thread::spawn(move || {
///                 thread::sleep(left);
///                 waker.wake();
///             });
///             Poll::Pending
///         }))
///     }
/// }
/// # fn block_on(mut future: BoxFuture<'static, ()>) {
/// #     use std::{sync::{Arc, atomic::{AtomicBool, Ordering}}, task::{Context, Wake}};
/// #     struct Bell(AtomicBool, thread::Thread);
/// #     impl Wake for Bell { fn wake(self: Arc<Self>) { self.0.swap(true, Ordering::AcqRel); self.1.unpark() } }
/// #     let bell = Arc::new(Bell(AtomicBool::new(false), thread::current()));
/// #     while future.as_mut().poll(&mut Context::from_waker(&bell.clone().into())).is_pending() {
/// #         while !bell.0.swap(false, Ordering::AcqRel) { thread::park() }
/// #     }
/// # }
/// # let (done, is_done) = std::sync::mpsc::channel();
/// # let nap = Threads.sleep(Duration::from_millis(1));
/// # Threads.spawn(Box::pin(async move { nap.await; done.send(()).unwrap() }));
/// # is_done.recv().unwrap();
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
