//! When does the response to a stream begin?

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use di_core::{
    Body, BoxError,
    response::{Response, later, untold},
};
use http::{HeaderValue, header::CONTENT_TYPE};
use http_body::{Body as _, Frame};

/// The body of a stream, and whether the status waits for its first piece.
pub(super) struct Streaming {
    pub(super) body: Body,
    pub(super) waits: bool,
}

impl Streaming {
    pub(super) fn new(body: Body) -> Self {
        Self { body, waits: false }
    }

    /// The response, with a content type.
    pub(super) fn respond(self, content_type: &'static str) -> Response {
        let Self { mut body, waits } = self;
        let respond = move |body| {
            let mut response = Response::new(body);
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            response
        };
        if !waits {
            return respond(body);
        }
        later(move |_| async move {
            match poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
                None => respond(Body::empty()),
                Some(Ok(first)) => respond(Body::stream(Begun { first: Some(first), rest: body })),
                // It has been logged where it came up.
                Some(Err(error)) => untold(error.to_string()),
            }
        })
    }
}

/// A body whose first frame is there.
struct Begun {
    first: Option<Frame<Bytes>>,
    rest: Body,
}

impl http_body::Body for Begun {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => Pin::new(&mut self.rest).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.rest.is_end_stream()
    }
}
