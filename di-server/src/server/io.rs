//! How does the engine see a socket move? [`WatchedIo`] passes everything on, counts in the connection's
//! [`Watch`], and first gives back the bytes that [detection](super::detect) took.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};

use super::registry::Socket;
use super::watch::Watch;

/// A socket whose reads and writes are counted.
#[derive(Debug)]
pub(super) struct WatchedIo<I> {
    inner: I,
    watch: Arc<Watch>,
    /// Bytes read before the protocol was known, and how many hyper has taken since; empty for the rest of the connection.
    prefix: Vec<u8>,
    taken: usize,
    /// Last, so that the socket counts until it is closed.
    _socket: Socket,
}

impl<I> WatchedIo<I> {
    pub(super) fn new(inner: I, watch: Arc<Watch>, socket: Socket) -> Self {
        Self { inner, watch, prefix: Vec::new(), taken: 0, _socket: socket }
    }

    /// Makes `prefix` the first bytes to be read.
    pub(super) fn rewind(&mut self, prefix: Vec<u8>) {
        self.prefix = prefix;
        self.taken = 0;
    }

    #[cold]
    fn replay(&mut self, mut buf: ReadBufCursor<'_>) {
        let rest = &self.prefix[self.taken..];
        let count = rest.len().min(buf.remaining());
        buf.put_slice(&rest[..count]);
        self.taken += count;
        if self.taken == self.prefix.len() {
            self.rewind(Vec::new());
        }
    }
}

impl<I: Read + Unpin> Read for WatchedIo<I> {
    #[inline]
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        if !self.prefix.is_empty() {
            self.replay(buf);
            return Poll::Ready(Ok(()));
        }
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        if polled.is_ready() {
            self.watch.was_read();
        }
        polled
    }
}

impl<I: Write + Unpin> Write for WatchedIo<I> {
    #[inline]
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.watch.wrote(polled.is_pending());
        polled
    }

    #[inline]
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.watch.wrote(polled.is_pending());
        polled
    }

    #[inline]
    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    #[inline]
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
