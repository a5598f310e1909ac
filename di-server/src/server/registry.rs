//! Which connections are open? The [`Registry`] knows, for shutdown and for the limit on connections, and its clock sees
//! which of them have taken too long. It is locked when a connection opens or closes and when the clock ticks, never for a
//! request.
//!
//! The clock is a thread, which sleeps while no connection is open: a timer of the executor would cost it a look at the time
//! whenever it waits for anything, and each connection a turn at each tick.

use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

use super::pace::{Limits, Verdict};
use super::watch::{TICK, Watch};

/// What the clock's thread has for a stack: it calls next to nothing, but a waker may be anything.
const CLOCK_STACK_BYTES: usize = 256 << 10;

/// All open connections of one server.
#[derive(Debug, Default)]
pub(super) struct Registry {
    inner: Mutex<Inner>,
    clock: OnceLock<Thread>,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    open: HashMap<u64, Arc<Watch>>,
    /// Sockets: those of open connections, and those that were upgraded.
    sockets: usize,
    /// The accept loop, while it waits for connections or sockets to close.
    waiter: Option<Waker>,
}

/// A connection's place in the registry, given back on drop.
#[derive(Debug)]
pub(super) struct Ticket {
    registry: Arc<Registry>,
    id: u64,
}

/// A socket's place in the limit on connections, given back on drop: an upgraded connection still has its socket.
#[derive(Debug)]
pub(super) struct Socket(Arc<Registry>);

impl Registry {
    /// Starts the clock, once, which lives as long as the registry.
    ///
    /// # Errors
    ///
    /// If there is no thread for it.
    pub(super) fn start_clock(self: &Arc<Self>, limits: Limits) -> io::Result<()> {
        let registry = Arc::downgrade(self);
        let thread = thread::Builder::new().name("connections".to_owned()).stack_size(CLOCK_STACK_BYTES);
        let clock = thread.spawn(move || keep_time(&registry, &limits))?;
        let _ = self.clock.set(clock.thread().clone());
        Ok(())
    }

    /// Wakes the connections that have taken too long; says whether any is open.
    fn tick(&self, limits: &Limits) -> bool {
        let now = Instant::now();
        let inner = self.lock();
        let late = inner.open.values().filter(|watch| watch.judge(now, limits) != Verdict::Keep);
        let (late, any): (Vec<_>, _) = (late.cloned().collect(), !inner.open.is_empty());
        drop(inner);
        late.iter().for_each(|watch| watch.signal(TICK));
        any
    }

    /// Enters a new connection with its socket.
    pub(super) fn admit(self: &Arc<Self>) -> (Arc<Watch>, Ticket, Socket) {
        let watch = Arc::new(Watch::new());
        let mut inner = self.lock();
        let id = inner.next;
        inner.next += 1;
        inner.open.insert(id, watch.clone());
        inner.sockets += 1;
        let is_first = inner.open.len() == 1;
        drop(inner);
        if is_first && let Some(clock) = self.clock.get() {
            clock.unpark();
        }
        (watch, Ticket { registry: self.clone(), id }, Socket(self.clone()))
    }

    /// Signals every open connection and returns how many there are.
    pub(super) fn signal_all(&self, signal: u8) -> usize {
        // Collected first: a woken task may close its connection, and so come back here, before `signal` returns.
        let open: Vec<_> = self.lock().open.values().cloned().collect();
        for watch in &open {
            watch.signal(signal);
        }
        open.len()
    }

    /// Returns how many connections are open.
    pub(super) fn len(&self) -> usize {
        self.lock().open.len()
    }

    /// Waits until there are fewer than `limit` sockets. For one waiter at a time, of this and [`empty`](Self::empty).
    ///
    /// # Cancel safety
    ///
    /// Dropping it loses nothing.
    pub(super) async fn below(&self, limit: usize) {
        poll_fn(|cx| self.poll_until(|inner| inner.sockets < limit, cx)).await;
    }

    /// Waits until no connection is open.
    ///
    /// # Cancel safety
    ///
    /// Dropping it loses nothing.
    pub(super) async fn empty(&self) {
        poll_fn(|cx| self.poll_until(|inner| inner.open.is_empty(), cx)).await;
    }

    fn poll_until(&self, is: impl Fn(&Inner) -> bool, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.lock();
        if is(&inner) {
            return Poll::Ready(());
        }
        let before = inner.waiter.replace(cx.waker().clone());
        drop(inner);
        // Not under the lock: what a waker owns may be anything.
        drop(before);
        Poll::Pending
    }

    /// Notes that something has closed, and tells the waiter.
    fn leave<T>(&self, note: impl FnOnce(&mut Inner) -> T) {
        let mut inner = self.lock();
        let gone = note(&mut inner);
        let waiter = inner.waiter.take();
        // Not under the lock: what is dropped and what is woken may be anything.
        drop(inner);
        drop(gone);
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keep_time(registry: &Weak<Registry>, limits: &Limits) {
    while let Some(registry) = registry.upgrade() {
        let any = registry.tick(limits);
        drop(registry);
        if any {
            thread::sleep(limits.tick);
        } else {
            // Until a connection opens, or the registry is dropped.
            thread::park();
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        if let Some(clock) = self.clock.get() {
            clock.unpark();
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.registry.leave(|inner| inner.open.remove(&self.id));
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.0.leave(|inner| inner.sockets -= 1);
    }
}
