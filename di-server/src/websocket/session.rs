//! What does the engine do with a websocket? It accepts it, sees to it while the handler waits, and ends it.

use std::{
    fmt,
    future::poll_fn,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use di_core::{Executor, response::Response, rt::BoxFuture, scope::Session};
use http::HeaderValue;

use super::{
    Bell, Party, WebSocketOptions,
    link::{Link, Opening},
};
use crate::server::Busy;

/// How long a peer may take to answer a goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// What the head says that opens it.
pub(super) struct Head {
    pub(super) accept: Option<HeaderValue>,
    pub(super) protocol: Option<&'static str>,
}

/// A websocket, as its handler and the engine share it.
pub(super) struct Shared {
    pub(super) head: Head,
    link: Arc<Mutex<Link>>,
    pub(super) bell: Arc<Bell>,
    executor: Executor,
    pings: Mutex<Pings>,
    /// Over HTTP/2 there is a connection to be kept.
    _busy: Option<Busy>,
}

/// When the peer is pinged.
struct Pings {
    interval: Option<Duration>,
    timer: Option<BoxFuture<'static, ()>>,
    /// Whether it has been pinged when the timer was due last.
    pinged: bool,
}

impl Shared {
    pub(super) fn new(
        opening: Opening,
        options: &WebSocketOptions,
        head: Head,
        executor: Executor,
        busy: Option<Busy>,
    ) -> Self {
        let bell = Arc::new(Bell::default());
        let link = Link::new(opening, options.config(), Arc::clone(&bell));
        let pings = Pings { interval: options.ping_interval(), timer: None, pinged: false };
        Self { head, link: Arc::new(Mutex::new(link)), bell, executor, pings: Mutex::new(pings), _busy: busy }
    }

    pub(super) fn link(&self) -> Linked<'_> {
        Linked::new(&self.link, &self.bell)
    }

    /// Pings the peer when that is due; ends the websocket of one that has not answered.
    fn poll_pings(&self, link: &mut Link, cx: &mut Context<'_>) {
        let mut pings = lock(&self.pings);
        let Some(interval) = pings.interval.filter(|_| link.end().is_none()) else {
            pings.timer = None;
            return;
        };
        while pings.timer.get_or_insert_with(|| self.executor.sleep(interval)).as_mut().poll(cx).is_ready() {
            pings.timer = None;
            let heard = link.take_heard();
            // Of a peer that is held back nothing is read, so that nothing can be said of it.
            if pings.pinged && !heard && !link.is_full() {
                link.silent();
                return;
            }
            pings.pinged = !link.is_full();
            if pings.pinged {
                link.ping();
            }
        }
    }
}

/// The link, locked: nobody is woken meanwhile, who may want it at once.
pub(super) struct Linked<'a> {
    /// `None` only while this is dropped.
    link: Option<MutexGuard<'a, Link>>,
    bell: &'a Bell,
}

impl<'a> Linked<'a> {
    fn new(link: &'a Mutex<Link>, bell: &'a Bell) -> Self {
        let link = Some(lock(link));
        bell.hold();
        Self { link, bell }
    }
}

impl Deref for Linked<'_> {
    type Target = Link;

    fn deref(&self) -> &Link {
        self.link.as_ref().expect("locked until it is dropped")
    }
}

impl DerefMut for Linked<'_> {
    fn deref_mut(&mut self) -> &mut Link {
        self.link.as_mut().expect("locked until it is dropped")
    }
}

impl Drop for Linked<'_> {
    fn drop(&mut self) {
        self.link = None;
        self.bell.release();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session for Shared {
    fn accept(&self) -> Response {
        self.head.to_response()
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.bell.attach(Party::Task, cx);
        let mut link = self.link();
        if link.poll_open().is_ready() {
            // Reading goes on though something cannot be written: the peer may be waiting to be read.
            let _ = link.poll_flush();
            let waiting = link.is_full();
            link.read();
            if !waiting && link.is_full() {
                // Whoever receives may be another task.
                self.bell.ring();
            }
            self.poll_pings(&mut link, cx);
        }
        // A goodbye is answered though the handler does something else.
        if let Some(code) = link.end().map(|end| end.code) {
            let _ = link.poll_finish(code);
        }
        if link.is_unnoticed() { Poll::Ready(()) } else { Poll::Pending }
    }

    fn go_away(&self) {
        let mut link = self.link();
        link.close(1001, "");
        let _ = link.poll_flush();
        drop(link);
        self.bell.ring();
    }

    fn code(&self, failed: bool) -> u16 {
        let mut link = self.link();
        link.tell();
        match link.end() {
            // A handler that passes on what it was told has no failure of its own.
            Some(end) if !failed || link.has_refused() => end.code,
            _ if failed => 1011,
            _ => 1000,
        }
    }

    fn close(&self, code: u16) -> BoxFuture<'static, ()> {
        let (link, bell) = (Arc::clone(&self.link), Arc::clone(&self.bell));
        let mut late = self.executor.sleep(GOODBYE);
        Box::pin(poll_fn(move |cx| {
            bell.attach(Party::Task, cx);
            if Linked::new(&link, &bell).poll_finish(code).is_ready() {
                return Poll::Ready(());
            }
            late.as_mut().poll(cx)
        }))
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").field("protocol", &self.head.protocol).finish_non_exhaustive()
    }
}
