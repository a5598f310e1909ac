//! How does a stream without an end let the server stop?

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use di_core::{Body, BoxError, Stopping};
use http_body::Frame;

/// A body that ends when it would wait while the server stops.
pub(super) struct UntilStop {
    // Nothing once it has ended.
    body: Option<Body>,
    stopping: Stopping,
}

impl UntilStop {
    pub(super) fn new(body: Body, stopping: Stopping) -> Self {
        Self { body: Some(body), stopping }
    }
}

impl http_body::Body for UntilStop {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self { body, stopping } = &mut *self;
        let Some(open) = body else { return Poll::Ready(None) };
        if let Poll::Ready(frame) = Pin::new(open).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        ready!(Pin::new(stopping).poll(cx));
        *body = None;
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(http_body::Body::is_end_stream)
    }
}
