//! How is no more of the body read than is asked for?
//!
//! multer reads all that a stream has at once, before it looks at what it has already. So the stream says that it has
//! nothing, until multer can do no more with what it has; then it gives one chunk.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use di_core::{BodyError, BodyStream};

/// What a stream and its reader tell each other. Both run in one task, so the order of its atomics does not matter.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// Whether the stream may give a chunk.
    may: AtomicBool,
    /// Whether it was asked and might not.
    starved: AtomicBool,
    /// How many bytes it has given since the reader forgot.
    given: AtomicUsize,
}

impl Pace {
    /// Polls what reads from the stream, and gives it a chunk only when it cannot go on without one.
    pub(super) fn drive<T>(&self, cx: &mut Context<'_>, mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        loop {
            self.starved.store(false, Ordering::Relaxed);
            let polled = poll(cx);
            if polled.is_ready() || !self.starved.load(Ordering::Relaxed) {
                return polled;
            }
            self.may.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn given(&self) -> usize {
        self.given.load(Ordering::Relaxed)
    }

    pub(super) fn forget(&self) {
        self.given.store(0, Ordering::Relaxed);
    }
}

/// A body that is read at a pace.
pub(super) struct Paced {
    body: BodyStream,
    pace: Arc<Pace>,
    ended: bool,
}

impl Paced {
    pub(super) fn new(body: BodyStream, pace: Arc<Pace>) -> Self {
        Self { body, pace, ended: false }
    }
}

impl futures_core::Stream for Paced {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if !self.pace.may.swap(false, Ordering::Relaxed) {
            self.pace.starved.store(true, Ordering::Relaxed);
            return Poll::Pending;
        }
        let chunk = self.body.poll_chunk(cx);
        match &chunk {
            // The permission is for a chunk: it lasts until there is one.
            Poll::Pending => self.pace.may.store(true, Ordering::Relaxed),
            Poll::Ready(Some(Ok(chunk))) => _ = self.pace.given.fetch_add(chunk.len(), Ordering::Relaxed),
            Poll::Ready(_) => self.ended = true,
        }
        chunk
    }
}
