//! How does the engine see a socket move? [`WatchedIo`] passes everything on, counts in the connection's
//! [`Watch`], first gives back the bytes that [detection](super::detect) took, and notices that a client has gone.
//!
//! hyper can notice that too, but reads for it as soon as it has a request's head: into a buffer of which that request still
//! holds a part, so that each request would cost one more buffer. Here nothing is read while a request is answered at once.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};

use super::registry::Socket;
use super::watch::Watch;

/// Bytes read ahead of hyper, to see whether they end.
const AHEAD_BYTES: usize = 1024;

/// A socket whose reads and writes are counted.
#[derive(Debug)]
pub(super) struct WatchedIo<I> {
    inner: I,
    watch: Arc<Watch>,
    /// Bytes read ahead of hyper, and how many it has taken since; hardly ever any.
    prefix: Vec<u8>,
    taken: usize,
    /// Whether a client that closes its half has gone.
    end_is_gone: bool,
    /// Whether hyper waits for bytes, and so sees their end itself.
    is_awaited: bool,
    /// Whether what was written waits below for the socket, as with TLS.
    is_unsent: bool,
    /// Last, so that the socket counts until it is closed.
    _socket: Socket,
}

impl<I> WatchedIo<I> {
    pub(super) fn new(inner: I, watch: Arc<Watch>, socket: Socket) -> Self {
        let (prefix, taken) = (Vec::new(), 0);
        Self { inner, watch, prefix, taken, end_is_gone: false, is_awaited: false, is_unsent: false, _socket: socket }
    }

    /// From now on, while a request is in flight, that the client closes its half is an error of writing.
    pub(super) fn end_is_gone(&mut self) {
        self.end_is_gone = true;
    }

    /// Puts back what hyper has read and not used.
    pub(super) fn unread(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            let mut prefix = Vec::from(bytes);
            prefix.extend_from_slice(&self.prefix[self.taken..]);
            self.rewind(prefix);
        }
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
        self.is_awaited = false;
        if self.taken == self.prefix.len() {
            self.rewind(Vec::new());
        }
    }
}

impl<I: Read + Unpin> WatchedIo<I> {
    /// Fails if a request is in flight whose client has gone; otherwise the task is woken when it goes.
    #[inline]
    fn look(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.end_is_gone || self.is_awaited || !self.watch.in_flight() {
            return Ok(());
        }
        self.read_ahead(cx)
    }

    #[cold]
    fn read_ahead(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.prefix.is_empty() {
            return Ok(());
        }
        let mut bytes = [MaybeUninit::uninit(); AHEAD_BYTES];
        let mut buf = ReadBuf::uninit(&mut bytes);
        if Pin::new(&mut self.inner).poll_read(cx, buf.unfilled())?.is_pending() {
            return Ok(());
        }
        self.watch.was_read();
        if buf.filled().is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the client has gone"));
        }
        // The next request, or some more of this one's body.
        self.rewind(buf.filled().to_vec());
        Ok(())
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
        self.is_awaited = polled.is_pending();
        if !self.is_awaited {
            self.watch.was_read();
        }
        polled
    }
}

impl<I: Read + Write + Unpin> Write for WatchedIo<I> {
    #[inline]
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.watch.wrote(polled.is_pending());
        if polled.is_pending() {
            self.look(cx)?;
        }
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
        if polled.is_pending() {
            self.look(cx)?;
        }
        polled
    }

    #[inline]
    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    #[inline]
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.look(cx)?;
        let polled = Pin::new(&mut self.inner).poll_flush(cx);
        if polled.is_pending() || self.is_unsent {
            self.is_unsent = polled.is_pending();
            self.watch.wrote(self.is_unsent);
        }
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::server::registry::Registry;

    /// It takes what is written at once, as TLS does, and is rid of it when the socket is free.
    struct Buffering {
        socket_is_free: bool,
    }

    impl Read for Buffering {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    impl Write for Buffering {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Ready(Ok(buf.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            if self.socket_is_free { Poll::Ready(Ok(())) } else { Poll::Pending }
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn what_was_written_and_waits_for_the_socket_is_a_write_that_waits() {
        let registry = Arc::<Registry>::default();
        let (watch, _ticket, socket) = registry.admit();
        let mut io = WatchedIo::new(Buffering { socket_is_free: false }, watch.clone(), socket);
        let mut cx = Context::from_waker(Waker::noop());
        let is_blocked = || watch.sample().write_blocked;
        for _ in 0..2 {
            assert!(Pin::new(&mut io).poll_write(&mut cx, b"record").is_ready());
            assert!(!is_blocked());
            assert!(Pin::new(&mut io).poll_flush(&mut cx).is_pending());
            assert!(is_blocked());
        }
        let writes = watch.sample().writes;
        assert!(Pin::new(&mut io).poll_flush(&mut cx).is_pending());
        assert_eq!(watch.sample().writes, writes, "nothing has moved");
        io.inner.socket_is_free = true;
        assert!(Pin::new(&mut io).poll_flush(&mut cx).is_ready());
        assert!(!is_blocked());
        assert_ne!(watch.sample().writes, writes);
        // What there is nothing of does not count.
        let writes = watch.sample().writes;
        assert!(Pin::new(&mut io).poll_flush(&mut cx).is_ready());
        assert_eq!(watch.sample().writes, writes);
    }
}
