//! A connection within the process: what is written to one end is read from the other.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use hyper::rt::{Read, ReadBufCursor, Write};

/// How many bytes are under way in each direction, before a writer has to wait.
const ROOM: usize = 16 * 1024;

/// One direction.
#[derive(Debug, Default)]
struct Way {
    bytes: VecDeque<u8>,
    /// Whether nothing more is written, or nothing more read.
    closed: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Way {
    fn close(&mut self) -> [Option<Waker>; 2] {
        self.closed = true;
        [self.reader.take(), self.writer.take()]
    }
}

/// One end of a connection. When it is dropped the other comes to the end of what it reads.
#[derive(Debug)]
pub(super) struct End {
    reads: Arc<Mutex<Way>>,
    writes: Arc<Mutex<Way>>,
}

/// Both ends of a new connection.
pub(super) fn pipe() -> (End, End) {
    let [there, back]: [Arc<Mutex<Way>>; 2] = Default::default();
    (End { reads: Arc::clone(&back), writes: Arc::clone(&there) }, End { reads: there, writes: back })
}

fn lock(way: &Mutex<Way>) -> MutexGuard<'_, Way> {
    way.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wake(wakers: impl IntoIterator<Item = Option<Waker>>) {
    wakers.into_iter().flatten().for_each(Waker::wake);
}

impl Read for End {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, mut buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let mut way = lock(&self.reads);
        if way.bytes.is_empty() {
            if way.closed {
                return Poll::Ready(Ok(()));
            }
            way.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let count = buf.remaining().min(way.bytes.len());
        let bytes: Vec<u8> = way.bytes.drain(..count).collect();
        buf.put_slice(&bytes);
        let writer = way.writer.take();
        drop(way);
        wake([writer]);
        Poll::Ready(Ok(()))
    }
}

impl Write for End {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let mut way = lock(&self.writes);
        if way.closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let count = buf.len().min(ROOM - way.bytes.len());
        if count == 0 {
            way.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        way.bytes.extend(&buf[..count]);
        let reader = way.reader.take();
        drop(way);
        wake([reader]);
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wakers = lock(&self.writes).close();
        wake(wakers);
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        for way in [&self.reads, &self.writes] {
            let wakers = lock(way).close();
            wake(wakers);
        }
    }
}
