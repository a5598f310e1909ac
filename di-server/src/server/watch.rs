//! What do a connection's parts tell each other? A [`Watch`] is shared by the connection's task, its socket, its calls and
//! the [registry](super::registry). The first three write plain counters, one store each; the registry, whose clock looks at
//! the counters, sets a signal and wakes the task.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use super::pace::{Limits, Pace, Verdict};

/// The connection is to be judged.
pub(super) const TICK: u8 = 1;
/// Finish what is in flight, then close.
pub(super) const SHUTDOWN: u8 = 2;
/// Close now.
pub(super) const CUT: u8 = 4;

/// Owners of a connection's token when no request is in flight: its watch and its calls.
const RESTING_OWNERS: usize = 2;

/// Marks a request as in flight while any clone lives: first the future holds it, then the response's body.
///
/// The count that `Arc` keeps anyway is the count of requests. Within is whether any response was large.
#[derive(Debug, Clone, Default)]
pub(super) struct Token(Arc<AtomicBool>);

impl Token {
    /// Notes that a response is large, or may be.
    #[cold]
    pub(super) fn note_large(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The shared state of one connection.
///
/// The counters wrap, and only inequality is asked of them. All writers of a counter run on the connection's own task, so a
/// load and a store suffice.
#[derive(Debug)]
pub(super) struct Watch {
    signals: AtomicU8,
    task: Mutex<Option<Waker>>,
    pace: Mutex<Pace>,
    token: Token,
    calls: AtomicU32,
    body_follows: AtomicBool,
    reads: AtomicU32,
    writes: AtomicU32,
    write_blocked: AtomicBool,
}

/// The counters of a [`Watch`] at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sample {
    /// Requests started so far.
    pub(super) calls: u32,
    /// Whether a request or its response is under way.
    pub(super) in_flight: bool,
    /// Whether the last request came with a body.
    pub(super) body_follows: bool,
    /// Reads that brought something.
    pub(super) reads: u32,
    /// Writes that were taken.
    pub(super) writes: u32,
    /// Whether the last write found the socket full.
    pub(super) write_blocked: bool,
}

impl Watch {
    /// The watch of a connection that is accepted now.
    pub(super) fn new() -> Self {
        Self {
            signals: AtomicU8::default(),
            task: Mutex::default(),
            pace: Mutex::new(Pace::new(Instant::now())),
            token: Token::default(),
            calls: AtomicU32::default(),
            body_follows: AtomicBool::default(),
            reads: AtomicU32::default(),
            writes: AtomicU32::default(),
            write_blocked: AtomicBool::default(),
        }
    }

    /// Where the connection stands in time.
    pub(super) fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Judges the connection. What the clock finds is found again by the task, since something may have moved meanwhile.
    pub(super) fn judge(&self, now: Instant, limits: &Limits) -> Verdict {
        self.pace().tick(now, self.sample(), limits)
    }

    /// Notes that a request starts, and whether it has a body.
    #[inline]
    pub(super) fn called(&self, body_follows: bool) {
        bump(&self.calls);
        self.body_follows.store(body_follows, Ordering::Relaxed);
    }

    /// Returns a handle on the token, for the calls of this connection.
    pub(super) fn token(&self) -> Token {
        self.token.clone()
    }

    /// Notes that the socket gave something.
    #[inline]
    pub(super) fn was_read(&self) {
        bump(&self.reads);
    }

    /// Notes whether the socket took something.
    #[inline]
    pub(super) fn wrote(&self, blocked: bool) {
        if !blocked {
            bump(&self.writes);
        }
        self.write_blocked.store(blocked, Ordering::Relaxed);
    }

    /// Whether a request or its response is under way.
    #[inline]
    pub(super) fn in_flight(&self) -> bool {
        Arc::strong_count(&self.token.0) > RESTING_OWNERS
    }

    /// How many requests have been started; the count wraps.
    #[inline]
    pub(super) fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Whether any response was large, or may have been.
    #[inline]
    pub(super) fn was_large(&self) -> bool {
        self.token.0.load(Ordering::Relaxed)
    }

    /// Reads all counters.
    pub(super) fn sample(&self) -> Sample {
        Sample {
            calls: self.calls(),
            in_flight: self.in_flight(),
            body_follows: self.body_follows.load(Ordering::Relaxed),
            reads: self.reads.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
            write_blocked: self.write_blocked.load(Ordering::Relaxed),
        }
    }

    /// Keeps the waker of the connection's task. Signals set before are seen by the next [`take`](Self::take).
    pub(super) fn attach(&self, waker: &Waker) {
        let before = self.lock().replace(waker.clone());
        // Not under the lock: what a waker owns may be anything.
        drop(before);
    }

    /// Sets `signal` and wakes the connection's task.
    pub(super) fn signal(&self, signal: u8) {
        self.signals.fetch_or(signal, Ordering::AcqRel);
        // Cloned, so that no lock is held while foreign code runs.
        let waker = self.lock().clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes the signals set since the last call; none is the usual answer, and costs one load.
    #[inline]
    pub(super) fn take(&self) -> u8 {
        match self.signals.load(Ordering::Acquire) {
            0 => 0,
            _ => self.signals.swap(0, Ordering::AcqRel),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Waker>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[inline]
fn bump(counter: &AtomicU32) {
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
}
