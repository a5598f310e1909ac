//! How does a connection stay open on which nothing happens?

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::Bytes;
use di_core::{Body, BoxError, Executor, rt::BoxFuture};
use http_body::Frame;

/// A body of events that sends a comment whenever it has sent nothing for a while.
pub(super) struct KeepAlive {
    // Nothing once it has ended.
    body: Option<Body>,
    every: Duration,
    executor: Executor,
    sleep: BoxFuture<'static, ()>,
    last: Instant,
}

impl KeepAlive {
    pub(super) fn new(body: Body, every: Duration, executor: Executor) -> Self {
        let sleep = executor.sleep(every);
        Self { body: Some(body), every, executor, sleep, last: Instant::now() }
    }
}

impl http_body::Body for KeepAlive {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(cx) {
            this.last = Instant::now();
            if !matches!(frame, Some(Ok(_))) {
                this.body = None;
            }
            return Poll::Ready(frame);
        }
        loop {
            ready!(this.sleep.as_mut().poll(cx));
            // An event does not set the timer anew, which would cost an allocation: that is seen to here.
            let silent = this.last.elapsed();
            let left = this.every.saturating_sub(silent);
            this.sleep = this.executor.sleep(if left.is_zero() { this.every } else { left });
            if left.is_zero() {
                this.last = Instant::now();
                return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b":\n\n")))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }
}
