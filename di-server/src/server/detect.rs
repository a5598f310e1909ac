//! HTTP/1 or HTTP/2? A client that knows the server speaks HTTP/2 opens with a fixed preface ([RFC 9113 §3.4]); anything
//! else is HTTP/1. [`Detect`] reads until the first byte that decides.
//!
//! hyper-util's `auto` does the same, but with a read of 24 bytes, which costs each connection a system call, and it
//! cannot be held to one protocol while upgrades stay possible.
//!
//! [RFC 9113 §3.4]: https://www.rfc-editor.org/rfc/rfc9113#section-3.4

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBuf};

use super::io::WatchedIo;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Enough for most request heads, so that hyper's first read finds all of it.
const FIRST_READ_BYTES: usize = 1024;

/// The protocol of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// What came of detection; `None` if the peer left first.
type Detected<I> = Option<(Protocol, WatchedIo<I>)>;

/// A connection whose protocol is not known yet.
#[derive(Debug)]
pub(super) struct Detect<I> {
    /// `None` once detected.
    io: Option<WatchedIo<I>>,
    seen: Vec<u8>,
}

impl<I> Detect<I> {
    pub(super) fn new(io: WatchedIo<I>) -> Self {
        Self { io: Some(io), seen: Vec::new() }
    }

    /// Gives the socket back, undecided.
    pub(super) fn into_io(self) -> Option<WatchedIo<I>> {
        self.io
    }
}

impl<I: Read + Unpin> Detect<I> {
    /// Reads until the protocol is known. The socket will read from its first byte.
    ///
    /// # Errors
    ///
    /// Those of the socket.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Detected<I>>> {
        loop {
            if let Some(protocol) = decide(&self.seen) {
                return Poll::Ready(Ok(self.finish(protocol)));
            }
            let Some(io) = &mut self.io else {
                return Poll::Ready(Ok(None));
            };
            let mut bytes = [0; FIRST_READ_BYTES];
            let mut buf = ReadBuf::new(&mut bytes);
            ready!(Pin::new(io).poll_read(cx, buf.unfilled()))?;
            if buf.filled().is_empty() {
                return Poll::Ready(Ok(None));
            }
            self.seen.extend_from_slice(buf.filled());
        }
    }

    fn finish(&mut self, protocol: Protocol) -> Detected<I> {
        let mut io = self.io.take()?;
        io.rewind(std::mem::take(&mut self.seen));
        Some((protocol, io))
    }
}

/// Says which protocol starts with `seen`, once that is certain.
fn decide(seen: &[u8]) -> Option<Protocol> {
    if seen.starts_with(PREFACE) {
        return Some(Protocol::Http2);
    }
    if PREFACE.starts_with(seen) { None } else { Some(Protocol::Http1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_that_differs_decides() {
        let table: [(&[u8], Option<Protocol>); 6] = [
            (b"", None),
            (b"P", None),
            (b"PRI * HTTP/2.0\r\n", None),
            (b"PO", Some(Protocol::Http1)),
            (b"GET / HTTP/1.1\r\n", Some(Protocol::Http1)),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0", Some(Protocol::Http2)),
        ];
        for (seen, expected) in table {
            assert_eq!(decide(seen), expected, "{seen:?}");
        }
    }
}
