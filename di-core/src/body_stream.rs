//! How is a body read as it comes?

use std::{
    error::Error,
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::StatusCode;
use http_body::{Body as _, Frame, SizeHint};

use crate::{
    body::{Body, BoxError},
    describe::Replies,
    graph::Rejection,
    offload::Offload,
    response::{IntoResponse, Problem, Response},
    rt::BoxFuture,
};

/// The body of a request, as it comes: nothing is buffered, and what is not asked for stays with the client.
///
/// The limit of the route or the application ([`Settings::body_limit`](crate::Settings::body_limit)) is kept: a body that
/// says that it is larger is refused with a 413 before the handler runs, one that turns out to be is an error here. So is
/// one that brings nothing for [`Settings::body_read_timeout`](crate::Settings::body_read_timeout) while it is waited for.
/// What is left unread when it is dropped is not read.
///
/// It is a stream of its chunks and an [`http_body::Body`], so it goes into a response as it is, by [`Body::stream`].
///
/// ```
/// use di_core::{BodyError, BodyStream};
///
/// // In a handler: `body: BodyStream`.
/// async fn count(mut body: BodyStream) -> Result<String, BodyError> {
///     let mut bytes = 0;
///     while let Some(chunk) = body.chunk().await? {
///         bytes += chunk.len();
///     }
///     Ok(format!("{bytes} bytes"))
/// }
/// ```
pub struct BodyStream {
    body: Body,
    limits: BodyLimits,
    read: usize,
    offload: Offload,
    /// Runs while nothing comes.
    pause: Option<BoxFuture<'static, ()>>,
}

/// What is asked of a body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimits {
    /// So many it may have.
    pub(crate) bytes: usize,
    /// So long it may bring nothing.
    pub(crate) pause: Duration,
}

impl BodyStream {
    /// `body`, within `limits`.
    ///
    /// # Errors
    ///
    /// If the body says that it is larger.
    pub(crate) fn new(body: Body, limits: BodyLimits, offload: Offload) -> Result<Self, BodyError> {
        if usize::try_from(body.size_hint().lower()).map_or(true, |known| known > limits.bytes) {
            return Err(BodyError::too_large(limits.bytes));
        }
        Ok(Self { body, limits, read: 0, offload, pause: None })
    }

    /// A body that is at hand.
    #[must_use]
    pub fn of(bytes: Bytes) -> Self {
        let limits = BodyLimits { bytes: bytes.len(), pause: Duration::MAX };
        Self { limits, body: Body::from(bytes), read: 0, offload: Offload::default(), pause: None }
    }

    /// How many bytes it may have.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limits.bytes
    }

    /// The next chunk, which is not empty; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the body is larger than its limit, brings nothing for too long, or breaks off. There is nothing to be had after an error.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        // What has passed since somebody waited last is not the client's fault.
        self.pause = None;
        poll_fn(|cx| self.poll_chunk(cx)).await.transpose()
    }

    /// As [`chunk`](Self::chunk), for what is polled by hand.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        loop {
            let frame = match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Pending => {
                    ready!(self.poll_pause(cx));
                    return self.fail(BodyError(Why::TooSlow(self.limits.pause)));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Ok(frame))) => frame,
                Poll::Ready(Some(Err(error))) => return self.fail(BodyError::of(error)),
            };
            self.pause = None;
            // Trailers are nobody's input.
            let Ok(data) = frame.into_data() else { continue };
            if data.is_empty() {
                continue;
            }
            self.read = self.read.saturating_add(data.len());
            if self.read > self.limits.bytes {
                return self.fail(BodyError::too_large(self.limits.bytes));
            }
            return Poll::Ready(Some(Ok(data)));
        }
    }

    /// Ready once nothing has come for too long.
    fn poll_pause(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.pause.is_none() && self.limits.pause < Duration::MAX {
            self.pause = self.offload.sleep(self.limits.pause);
        }
        self.pause.as_mut().map_or(Poll::Pending, |pause| pause.as_mut().poll(cx))
    }

    fn fail(&mut self, error: BodyError) -> Poll<Option<Result<Bytes, BodyError>>> {
        self.body = Body::empty();
        Poll::Ready(Some(Err(error)))
    }

    /// Where what the reader has to do that blocks is done.
    #[must_use]
    pub fn offload(&self) -> &Offload {
        &self.offload
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyStream({} of at most {} bytes read)", self.read, self.limits.bytes)
    }
}

impl http_body::Body for BodyStream {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.poll_chunk(cx).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl futures_core::Stream for BodyStream {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_chunk(cx)
    }
}

/// Why a body could not be read to its end; as a response, a 413, a 408 or a 400.
#[derive(Debug)]
pub struct BodyError(Why);

#[derive(Debug)]
enum Why {
    TooLarge(usize),
    TooSlow(Duration),
    Broken(BoxError),
    Malformed(String),
}

impl BodyError {
    /// The body is larger than `limit`, which the client is told.
    #[must_use]
    pub fn too_large(limit: usize) -> Self {
        Self(Why::TooLarge(limit))
    }

    /// What has come of reading a body; a body below may have said it already.
    pub(crate) fn of(error: BoxError) -> Self {
        error.downcast::<Self>().map_or_else(|error| Self(Why::Broken(error)), |error| *error)
    }

    /// The body is not what it says it is; `detail` is for the client.
    #[must_use]
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self(Why::Malformed(detail.into()))
    }

    /// Whether the body is larger than its limit.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.0, Why::TooLarge(_))
    }

    /// Whether the body brought nothing for too long.
    #[must_use]
    pub fn is_too_slow(&self) -> bool {
        matches!(self.0, Why::TooSlow(_))
    }

    /// What the client is told: a 413 that names the limit, a 408, or a 400.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let status = match self.0 {
            Why::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Why::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Why::Broken(_) | Why::Malformed(_) => StatusCode::BAD_REQUEST,
        };
        Problem::new(status).detail(self.to_string())
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Why::TooLarge(limit) => write!(f, "the body is larger than {limit} bytes"),
            Why::TooSlow(pause) => write!(f, "nothing of the body came for {pause:?}"),
            Why::Broken(error) => write!(f, "the body broke off: {error}"),
            Why::Malformed(detail) => f.write_str(detail),
        }
    }
}

impl Error for BodyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Why::TooLarge(_) | Why::TooSlow(_) | Why::Malformed(_) => None,
            Why::Broken(error) => Some(&**error),
        }
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for BodyError {
    fn into_response(self) -> Response {
        self.problem().into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.problem(StatusCode::BAD_REQUEST, "The body broke off, or is malformed.");
        replies.problem(StatusCode::REQUEST_TIMEOUT, "The body came too slowly.");
        replies.problem(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.");
    }
}

impl From<BodyError> for Rejection {
    fn from(error: BodyError) -> Self {
        Self::refused(error.problem())
    }
}
