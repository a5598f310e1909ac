//! How do the items of a stream become a body?

use std::{
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use di_core::{Body, BoxError, response::causes};
use futures_core::Stream;
use http_body::Frame;

/// A piece is sent once it has so many bytes.
pub(super) const PIECE: usize = 8 * 1024;
/// Or so many items, however small.
const ITEMS: usize = 1024;

/// What a stream gives for an item `T`: the item, or a `Result` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no item `{T}`",
    label = "this stream does not give `{T}`",
    note = "help: give it a stream of `{T}`, or of `Result<{T}, E>` with an `E` that is a `std::error::Error`"
)]
pub trait IntoItem<T> {
    /// The item, or why there is none.
    fn into_item(self) -> Result<T, BoxError>;
}

#[diagnostic::do_not_recommend]
impl<T> IntoItem<T> for T {
    fn into_item(self) -> Result<T, BoxError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<BoxError>> IntoItem<T> for Result<T, E> {
    fn into_item(self) -> Result<T, BoxError> {
        self.map_err(Into::into)
    }
}

/// Writes items, one after the other.
pub(crate) trait Encode<T>: Send + 'static {
    /// Writes one.
    fn encode(&mut self, item: T) -> Result<(), BoxError>;

    /// About how many bytes have been written and not taken.
    fn len(&self) -> usize;

    /// What has been written since the last call.
    fn take(&mut self) -> Result<Bytes, BoxError>;

    /// What an empty stream is sent as, and any other ends in.
    fn end(&mut self) -> Result<(), BoxError> {
        Ok(())
    }
}

/// A body of the items of `stream`, as `encode` writes them; an error ends it and is logged.
pub(crate) fn encoded<S, T, E>(stream: S, encode: E) -> Body
where
    S: Stream<Item: IntoItem<T>> + Send + 'static,
    T: 'static,
    E: Encode<T>,
{
    let rest = Rest::Items;
    Body::stream(Encoded { stream: Some(stream), encode, rest, written: false, item: PhantomData })
}

/// What is left of a stream.
enum Rest {
    Items,
    Error(BoxError),
    /// As above, and what comes before it has had a turn to go out: else who is told of it drops that, the head too.
    Due(BoxError),
    Nothing,
}

pin_project_lite::pin_project! {
    struct Encoded<S, T, E> {
        // Dropped as soon as it has ended: what it holds may be torn down.
        #[pin]
        stream: Option<S>,
        encode: E,
        rest: Rest,
        // Whether the encoder has anything to give.
        written: bool,
        item: PhantomData<fn() -> T>,
    }
}

impl<S, T, E> http_body::Body for Encoded<S, T, E>
where
    S: Stream<Item: IntoItem<T>>,
    E: Encode<T>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut this = self.project();
        let mut items = 0;
        while let Some(stream) = this.stream.as_mut().as_pin_mut() {
            if items == ITEMS || this.encode.len() >= PIECE {
                break;
            }
            let end = match stream.poll_next(cx) {
                Poll::Pending if *this.written => break,
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(item)) => {
                    items += 1;
                    item.into_item().and_then(|item| this.encode.encode(item)).map(|()| false)
                }
                Poll::Ready(None) => this.encode.end().map(|()| true),
            };
            *this.written = true;
            if !matches!(end, Ok(false)) {
                this.stream.set(None);
                *this.rest = end.err().map_or(Rest::Nothing, Rest::Error);
            }
        }
        if std::mem::take(this.written) {
            match this.encode.take() {
                Ok(piece) if piece.is_empty() && this.stream.is_none() => {}
                Ok(piece) => return Poll::Ready(Some(Ok(Frame::data(piece)))),
                Err(error) => {
                    this.stream.set(None);
                    *this.rest = Rest::Error(error);
                }
            }
        }
        match std::mem::replace(this.rest, Rest::Nothing) {
            Rest::Error(error) => {
                *this.rest = Rest::Due(error);
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Rest::Due(error) => {
                log(&*error);
                Poll::Ready(Some(Err(error)))
            }
            Rest::Items | Rest::Nothing => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.stream.is_none() && !self.written && !matches!(self.rest, Rest::Error(_) | Rest::Due(_))
    }
}

/// The client only sees its connection break: who runs the service sees why.
pub(super) fn log(error: &(dyn std::error::Error + 'static)) {
    let texts: Vec<String> = std::iter::once(error.to_string()).chain(causes(error)).collect();
    tracing::error!("the stream of a response failed: {}", texts.join(": "));
}
