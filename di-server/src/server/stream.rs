//! Does the peer take the response of a stream, over HTTP/2? There it may read the connection, to answer its PINGs for instance, and hold
//! back a stream for ever. [`Stream`] is the task of one, which ends with what it has where its peer has no room for it.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::service::{BoxFuture, Runtime};

thread_local! {
    /// What the body of the stream that this thread polls was last asked for, and whether it gave that. hyper, which polls both,
    /// says nothing of the one to the other.
    static GAVE: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Notes that a stream's response was asked for more of its body, and whether it gave something: then it is asked again once the peer has
/// had room for that.
pub(super) fn asked(gave: bool) {
    GAVE.set(Some(gave));
}

/// The task of a stream. It is cut, and all that belongs to the response is dropped, where the peer has had no room for `patience`.
pub(super) struct Stream<F> {
    /// `None` once it was cut.
    future: Option<Pin<Box<F>>>,
    runtime: Arc<dyn Runtime>,
    patience: Duration,
    /// Whether something of the response waits for room.
    held_back: bool,
    /// Ends when that lasts too long.
    timer: Option<BoxFuture<'static, ()>>,
}

impl<F> Stream<F> {
    pub(super) fn new(future: F, runtime: Arc<dyn Runtime>, patience: Duration) -> Self {
        Self { future: Some(Box::pin(future)), runtime, patience, held_back: false, timer: None }
    }
}

impl<F> fmt::Debug for Stream<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("held_back", &self.held_back).finish_non_exhaustive()
    }
}

impl<F: Future<Output = ()>> Future for Stream<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let Some(future) = &mut this.future else { return Poll::Ready(()) };
        // A stream may be polled within another's: one whose handler is a client, of a server on the same thread.
        let outer = GAVE.take();
        let polled = future.as_mut().poll(cx);
        if let Some(gave) = GAVE.replace(outer) {
            (this.held_back, this.timer) = (gave, None);
        }
        if polled.is_ready() || !this.held_back || this.patience == Duration::MAX {
            return polled;
        }
        let timer = this.timer.get_or_insert_with(|| this.runtime.sleep(this.patience));
        ready!(timer.as_mut().poll(cx));
        tracing::debug!("a response over HTTP/2 was cut: its client has taken nothing of it for {:?}", this.patience);
        this.future = None;
        Poll::Ready(())
    }
}
