//! What do requests and responses carry?
//!
//! One type for both directions: nothing, bytes at hand, or a stream of frames. The first two cost no allocation.

use std::{
    any::Any,
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::scope::Kept;

/// The error of a body that breaks off.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

type Stream = Pin<Box<dyn http_body::Body<Data = Bytes, Error = BoxError> + Send>>;

/// The body of a request or a response.
#[derive(Default)]
pub struct Body(Kind);

#[derive(Default)]
enum Kind {
    #[default]
    Empty,
    Full(Bytes),
    /// As large as it says, and left out.
    Left(SizeHint),
    Stream(Stream),
}

impl Body {
    /// A body without content.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Kind::Empty)
    }

    /// What stands for a body that is left out: nothing, but as large.
    pub(crate) fn left_out(of: SizeHint) -> Self {
        if of.exact() == Some(0) { Self::empty() } else { Self(Kind::Left(of)) }
    }

    /// A body that keeps the values of the request that it answers, also if it has no content.
    pub(crate) fn kept(body: Kept) -> Self {
        Self(Kind::Stream(Box::pin(body)))
    }

    /// A body whose frames come from `body`, as they are asked for; one that is of this type already is itself.
    ///
    /// One that always has a frame gives other tasks a turn now and then: so that it neither starves them, nor keeps the
    /// connection from noticing that the client has gone.
    ///
    /// ```
    /// use di_core::{Body, BodyStream};
    ///
    /// // In a handler: what comes in goes out, chunk by chunk.
    /// async fn echo(body: BodyStream) -> Body {
    ///     Body::stream(body)
    /// }
    /// ```
    pub fn stream<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let mut body = Some(body);
        if let Some(body) = (&mut body as &mut dyn Any).downcast_mut::<Option<Self>>().and_then(Option::take) {
            return body;
        }
        let body = body.expect("it is none of ours");
        if body.is_end_stream() {
            return Self::empty();
        }
        Self(Kind::Stream(Box::pin(Boxing { body, frames: 0 })))
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        let bytes = bytes.into();
        if bytes.is_empty() { Self::empty() } else { Self(Kind::Full(bytes)) }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Empty => f.write_str("Body(empty)"),
            Kind::Left(_) => f.write_str("Body(left out)"),
            Kind::Full(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Kind::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Kind::Stream(stream) => stream.as_mut().poll_frame(cx),
            kind => Poll::Ready(match std::mem::take(kind) {
                Kind::Full(bytes) => Some(Ok(Frame::data(bytes))),
                _ => None,
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Empty => true,
            // It would be taken for an empty one.
            Kind::Full(_) | Kind::Left(_) => false,
            Kind::Stream(stream) => stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Empty => SizeHint::with_exact(0),
            Kind::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Left(size) => *size,
            Kind::Stream(stream) => stream.size_hint(),
        }
    }
}

pin_project_lite::pin_project! {
    /// Boxes the errors of a body, so that bodies of all kinds have one.
    struct Boxing<B> { #[pin] body: B, frames: u8 }
}

/// So many frames in a row may come without waiting for anything.
const TURN: u8 = 32;

impl<B> http_body::Body for Boxing<B>
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut this = self.project();
        loop {
            if *this.frames == TURN {
                *this.frames = 0;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            // Having waited, the task has given others a turn.
            let frames = std::mem::take(this.frames);
            let frame = ready!(this.body.as_mut().poll_frame(cx));
            *this.frames = frames + 1;
            // One without data says nothing, and HTTP/2 would send it: clients take many of those for an attack.
            if !matches!(&frame, Some(Ok(frame)) if frame.data_ref().is_some_and(Bytes::is_empty)) {
                return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
