//! How are bytes sent as they come?

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use di_core::{
    Body, BoxError,
    describe::{Replies, Schema},
    response::{IntoResponse, Response},
};
use futures_core::Stream;
use http_body::Frame;

use super::{encoded::log, streaming::Streaming};

/// What a stream of bytes or text gives: a piece, or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no piece of a body",
    label = "neither bytes nor text",
    note = "help: give bytes or text (`Bytes`, `Vec<u8>`, `String`, `&'static str`), or a `Result` of that; for other values there is `Ndjson`"
)]
pub trait Piece {
    /// The bytes, or why there are none.
    fn into_bytes(self) -> Result<Bytes, BoxError>;
}

macro_rules! piece {
    ($($ty:ty),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Piece for $ty {
                fn into_bytes(self) -> Result<Bytes, BoxError> {
                    Ok(self.into())
                }
            }
        )*
    };
}

piece!(Bytes, Vec<u8>, String, &'static str, &'static [u8]);

#[diagnostic::do_not_recommend]
impl<T: Into<Bytes>, E: Into<BoxError>> Piece for Result<T, E> {
    fn into_bytes(self) -> Result<Bytes, BoxError> {
        self.map(Into::into).map_err(Into::into)
    }
}

/// The pieces of a stream, each sent as it comes, as `application/octet-stream`.
///
/// An error of the stream ends the connection, so that no client takes what it has got for the whole, and is logged.
///
/// ```
/// use di_server::prelude::*;
///
/// async fn song() -> ([(HeaderName, &'static str); 1], StreamBody) {
///     let verses = generate(async |mut out| {
///         for bottles in (1..100).rev() {
///             out.send(format!("{bottles} green bottles\n")).await;
///         }
///     });
///     ([(header::CONTENT_TYPE, "text/plain")], StreamBody::new(verses))
/// }
/// ```
#[must_use = "a stream does nothing unless it is returned"]
pub struct StreamBody(Streaming);

impl StreamBody {
    /// Sends the pieces of `stream`.
    pub fn new<S>(stream: S) -> Self
    where
        S: Stream<Item: Piece> + Send + 'static,
    {
        Self(Streaming::new(Body::stream(Pieces { stream: Some(stream), due: None })))
    }

    /// Waits for the first piece before the status is sent: a stream that fails at once is a 500, which teardowns before the
    /// response see, and not a connection that ends.
    pub fn wait_for_first(mut self) -> Self {
        self.0.waits = true;
        self
    }
}

impl From<StreamBody> for Body {
    fn from(stream: StreamBody) -> Self {
        stream.0.body
    }
}

impl IntoResponse for StreamBody {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        self.0.respond("application/octet-stream")
    }

    fn describe(replies: &mut Replies) {
        replies.ok("application/octet-stream", Schema::BYTES);
    }
}

impl fmt::Debug for StreamBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamBody")
    }
}

pin_project_lite::pin_project! {
    struct Pieces<S> {
        #[pin]
        stream: Option<S>,
        // What it has failed with, which waits for one turn: else who is told of it drops what has not gone out yet, the head too.
        due: Option<BoxError>,
    }
}

impl<S: Stream<Item: Piece>> http_body::Body for Pieces<S> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut this = self.project();
        if let Some(error) = this.due.take() {
            log(&*error);
            return Poll::Ready(Some(Err(error)));
        }
        let Some(stream) = this.stream.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        match ready!(stream.poll_next(cx)).map(Piece::into_bytes) {
            Some(Ok(piece)) => return Poll::Ready(Some(Ok(Frame::data(piece)))),
            Some(Err(error)) => *this.due = Some(error),
            None => {}
        }
        this.stream.set(None);
        if this.due.is_none() {
            return Poll::Ready(None);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.stream.is_none() && self.due.is_none()
    }
}
