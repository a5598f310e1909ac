//! How does a protocol library that blocks read from a connection that does not?

use std::{
    io::{self, ErrorKind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use hyper::rt::{Read, ReadBuf, Write};

use super::Bell;

/// Reads in a row before others get their turn.
const BURST: u32 = 32;

/// What a websocket runs over.
pub(crate) trait Bytestream: Read + Write + Send + Unpin {}
impl<T: Read + Write + Send + Unpin> Bytestream for T {}

/// What a websocket runs over, whichever it is.
pub(crate) type Io = Box<dyn Bytestream>;

/// A connection as the library has it: what is not ready is [`ErrorKind::WouldBlock`], and the bell is rung when it is.
pub(crate) struct Adapter {
    io: Io,
    waker: Waker,
    /// Whether anything has come since this was last asked.
    heard: bool,
}

impl Adapter {
    pub(crate) fn new(io: Io, bell: &Arc<Bell>) -> Self {
        Self { io, waker: Arc::clone(bell).into(), heard: false }
    }

    /// Whether anything has come since the last call, were it a part of a message.
    pub(crate) fn take_heard(&mut self) -> bool {
        std::mem::take(&mut self.heard)
    }

    /// Reads and forgets what comes; ready at the end of it, or once it breaks.
    pub(crate) fn poll_drain(&mut self) -> Poll<()> {
        let mut scrap = [0; 4096];
        for _ in 0..BURST {
            match io::Read::read(self, &mut scrap) {
                Ok(0) => return Poll::Ready(()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Poll::Pending,
                Err(_) => return Poll::Ready(()),
            }
        }
        self.waker.wake_by_ref();
        Poll::Pending
    }

    /// Ends what is written.
    pub(crate) fn poll_shutdown(&mut self) -> Poll<()> {
        let mut cx = Context::from_waker(&self.waker);
        Pin::new(&mut self.io).poll_shutdown(&mut cx).map(drop)
    }
}

fn now<T>(poll: Poll<io::Result<T>>) -> io::Result<T> {
    match poll {
        Poll::Ready(result) => result,
        Poll::Pending => Err(ErrorKind::WouldBlock.into()),
    }
}

impl io::Read for Adapter {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut buf = ReadBuf::new(buf);
        let mut cx = Context::from_waker(&self.waker);
        now(Pin::new(&mut self.io).poll_read(&mut cx, buf.unfilled()))?;
        let read = buf.filled().len();
        self.heard |= read > 0;
        Ok(read)
    }
}

impl io::Write for Adapter {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let mut cx = Context::from_waker(&self.waker);
        now(Pin::new(&mut self.io).poll_write(&mut cx, buf))
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut cx = Context::from_waker(&self.waker);
        now(Pin::new(&mut self.io).poll_flush(&mut cx))
    }
}
