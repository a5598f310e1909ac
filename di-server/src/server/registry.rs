//! Which connections are open? The [`Registry`] knows, for shutdown and for the limit on connections. It is locked when a
//! connection opens or closes, never for a request.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::watch::Watch;

/// All open connections of one server.
#[derive(Debug, Default)]
pub(super) struct Registry {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    open: HashMap<u64, Arc<Watch>>,
    /// The accept loop, while it waits for connections to close.
    waiter: Option<Waker>,
}

/// A connection's place in the registry, given back on drop.
#[derive(Debug)]
pub(super) struct Ticket {
    registry: Arc<Registry>,
    id: u64,
}

impl Registry {
    /// Enters a new connection.
    pub(super) fn admit(self: &Arc<Self>) -> (Arc<Watch>, Ticket) {
        let watch = Arc::new(Watch::default());
        let mut inner = self.lock();
        let id = inner.next;
        inner.next += 1;
        inner.open.insert(id, watch.clone());
        drop(inner);
        (watch, Ticket { registry: self.clone(), id })
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

    /// Waits until fewer than `limit` connections are open. For one waiter at a time.
    ///
    /// # Cancel safety
    ///
    /// Dropping it loses nothing.
    pub(super) async fn below(&self, limit: usize) {
        poll_fn(|cx| self.poll_below(limit, cx)).await;
    }

    fn poll_below(&self, limit: usize, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.lock();
        if inner.open.len() < limit {
            return Poll::Ready(());
        }
        inner.waiter = Some(cx.waker().clone());
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut inner = self.registry.lock();
        let watch = inner.open.remove(&self.id);
        let waiter = inner.waiter.take();
        drop(inner);
        drop(watch);
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }
}
