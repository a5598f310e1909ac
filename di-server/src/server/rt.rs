//! How does hyper reach the application's executor? [`Spawner`] is hyper's `Executor` and `Timer` over a
//! [`Runtime`], and [`Guarded`] keeps a panic inside the task that had it.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use di_core::unwind::{discard, guard, message, quietly};
use hyper::rt::{Executor, Sleep, Timer};

use super::service::{BoxFuture, Runtime};
use super::stream::Stream;

/// hyper's view of a [`Runtime`], of which it asks to run the streams of HTTP/2.
#[derive(Clone)]
pub(super) struct Spawner {
    runtime: Arc<dyn Runtime>,
    /// How long a stream may be held back by its peer.
    write_timeout: Duration,
}

impl Spawner {
    pub(super) fn new(runtime: Arc<dyn Runtime>, write_timeout: Duration) -> Self {
        Self { runtime, write_timeout }
    }
}

impl fmt::Debug for Spawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spawner")
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Spawner {
    fn execute(&self, future: F) {
        let stream = Stream::new(future, Arc::clone(&self.runtime), self.write_timeout);
        self.runtime.spawn(Box::pin(Guarded::new(stream)));
    }
}

impl Timer for Spawner {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        Box::pin(Nap(Mutex::new(self.runtime.sleep(duration))))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Timer::sleep(self, deadline.saturating_duration_since(Instant::now()))
    }
}

/// A sleep that is `Sync`, as hyper asks. The lock is never contended: polling has the only reference.
struct Nap(Mutex<BoxFuture<'static, ()>>);

impl Sleep for Nap {}

impl Future for Nap {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll(cx)
    }
}

/// A task that ends, with a line in the log, where it would have panicked. Not all executors survive a panic.
pub(super) struct Guarded<F> {
    /// `None` once it ended: a future that panicked is dropped at once, and with it its socket.
    future: Option<F>,
}

impl<F> Guarded<F> {
    pub(super) fn new(future: F) -> Self {
        Self { future: Some(future) }
    }
}

impl<F: Future<Output = ()> + Unpin> Future for Guarded<F> {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(future) = &mut self.future else {
            return Poll::Ready(());
        };
        // Nothing that the closure touches is looked at after a panic; it is only dropped.
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(future).poll(cx)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(())) => Poll::Ready(()),
            Err(panic) => {
                quietly(|| tracing::error!(panic = message(&*panic), "a task of the server panicked"));
                discard(panic);
                let future = self.future.take();
                guard("a task of the server", || drop(future));
                Poll::Ready(())
            }
        }
    }
}

/// Which of two futures was ready first.
pub(super) enum Either<A, B> {
    First(A),
    Second(B),
}

/// Waits for one of two futures; `first` wins a tie. The other is dropped.
pub(super) async fn race<A: Future, B: Future>(first: A, second: B) -> Either<A::Output, B::Output> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    std::future::poll_fn(|cx| {
        if let Poll::Ready(output) = first.as_mut().poll(cx) {
            return Poll::Ready(Either::First(output));
        }
        second.as_mut().poll(cx).map(Either::Second)
    })
    .await
}

/// Lets other tasks run once.
pub(super) async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
