//! How does what has no end of its own learn that the server stops?

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use crate::scope::{Sessions, Waiting};

/// A future that is ready once the application has been asked to end; [`Executor::stopping`](crate::Executor::stopping) makes it.
///
/// # Cancel safety
///
/// Dropping it loses nothing: another that is made later is ready at once.
#[must_use = "nobody waits until it is awaited"]
pub struct Stopping {
    sessions: Arc<Sessions>,
    waiting: Waiting,
}

impl Stopping {
    pub(crate) fn new(sessions: Arc<Sessions>) -> Self {
        Self { sessions, waiting: Waiting::default() }
    }
}

impl Future for Stopping {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { sessions, waiting } = &mut *self;
        sessions.poll_leaving(waiting, cx)
    }
}

impl Drop for Stopping {
    fn drop(&mut self) {
        self.sessions.forget(&self.waiting);
    }
}

impl fmt::Debug for Stopping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stopping")
    }
}
