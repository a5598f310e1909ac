//! How is a file read?

use std::{
    fs::File,
    future::Future as _,
    io::{self, ErrorKind, Read},
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use di_core::{Blocking, Body, BoxError, Executor};
use http_body::{Frame, SizeHint};

/// So many bytes are read at a time.
pub(super) const PIECE: u64 = 64 * 1024;

/// A body of the next `length` bytes of `file`.
pub(super) fn body(mut file: File, length: u64, executor: Executor) -> io::Result<Body> {
    if length <= PIECE {
        // Read here and now, where it may block.
        return Ok(read(&mut file, length)?.into());
    }
    Ok(Body::stream(Reading { state: State::Open(file), left: length, executor }))
}

/// Reads exactly `length` bytes.
fn read(file: &mut File, length: u64) -> io::Result<Bytes> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes.into()) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

/// A body that has yet to come: only its length is known.
pub(super) struct Length(pub(super) u64);

impl http_body::Body for Length {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}

struct Reading {
    state: State,
    /// How many bytes have not been given.
    left: u64,
    executor: Executor,
}

enum State {
    Open(File),
    Reading(Blocking<(File, io::Result<Bytes>)>),
    Closed,
}

impl http_body::Body for Reading {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        loop {
            match std::mem::replace(&mut this.state, State::Closed) {
                State::Closed => return Poll::Ready(None),
                State::Open(mut file) => {
                    let length = this.left.min(PIECE);
                    let job = move || {
                        let bytes = read(&mut file, length);
                        (file, bytes)
                    };
                    this.state = State::Reading(this.executor.run_blocking(job));
                }
                State::Reading(mut job) => {
                    let Poll::Ready((file, bytes)) = Pin::new(&mut job).poll(cx) else {
                        this.state = State::Reading(job);
                        return Poll::Pending;
                    };
                    let bytes = match bytes {
                        Ok(bytes) => bytes,
                        Err(error) => {
                            tracing::error!("a file broke off while it was sent, which ends its connection: {error}");
                            return Poll::Ready(Some(Err(error.into())));
                        }
                    };
                    this.left -= bytes.len() as u64;
                    if this.left > 0 {
                        this.state = State::Open(file);
                    }
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
