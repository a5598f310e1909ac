//! What does a job on the blocking pool come to?

use std::{
    any::Any,
    fmt,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker, ready},
};

use crate::pool::Pool;

/// What a job on the blocking pool returns; see [`Executor::run_blocking`](crate::Executor::run_blocking).
#[must_use = "the job runs anyhow, but nobody knows when it is done"]
pub struct Blocking<T>(Arc<Mutex<Meeting<T>>>);

/// How a job has ended.
pub(crate) enum End<T> {
    Returned(T),
    Panicked(Box<dyn Any + Send>),
    /// The executor was shut down before it ran.
    Dropped,
}

/// Where the thread of a job and whoever waits for it meet.
struct Meeting<T> {
    end: Option<End<T>>,
    waker: Option<Waker>,
}

/// The thread's side of a meeting.
struct Sender<T> {
    meeting: Arc<Mutex<Meeting<T>>>,
    end: End<T>,
}

impl<T> Blocking<T> {
    /// Sends `job` to a thread of `pool`.
    pub(crate) fn run(pool: &Arc<Pool>, job: impl FnOnce() -> T + Send + 'static) -> Self
    where
        T: Send + 'static,
    {
        let meeting = Arc::new(Mutex::new(Meeting { end: None, waker: None }));
        let blocking = Self(Arc::clone(&meeting));
        let sender = Sender { meeting, end: End::Dropped };
        pool.submit(Box::new(move || {
            sender.send(match catch_unwind(AssertUnwindSafe(job)) {
                Ok(value) => End::Returned(value),
                Err(panic) => End::Panicked(panic),
            });
        }));
        blocking
    }

    /// Waits for the end, whatever it is.
    pub(crate) fn poll_end(&self, cx: &mut Context<'_>) -> Poll<End<T>> {
        let mut meeting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match meeting.end.take() {
            Some(end) => Poll::Ready(end),
            None => {
                let before = meeting.waker.replace(cx.waker().clone());
                drop(meeting);
                // Not under the lock: what a waker owns may be anything.
                drop(before);
                Poll::Pending
            }
        }
    }
}

impl<T> Sender<T> {
    fn send(mut self, end: End<T>) {
        self.end = end;
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let waker = {
            let mut meeting = self.meeting.lock().unwrap_or_else(PoisonError::into_inner);
            meeting.end = Some(std::mem::replace(&mut self.end, End::Dropped));
            meeting.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Blocking<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match ready!(self.poll_end(cx)) {
            End::Returned(value) => Poll::Ready(value),
            End::Panicked(panic) => resume_unwind(panic),
            End::Dropped => panic!("the executor was shut down before the job ran"),
        }
    }
}

impl<T> fmt::Debug for Blocking<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocking")
    }
}
