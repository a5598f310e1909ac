//! What happens on one connection? [`Connection`] is its task: it detects the protocol, drives hyper, and obeys the
//! signals of the clock and of shutdown.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Instant;

use bytes::Bytes;
use http::Extensions;
use hyper::rt::{Read, ReadBuf, Write};
use hyper::server::conn::{http1, http2};

use super::call::Calls;
use super::config::Config;
use super::detect::{Detect, Protocol};
use super::io::WatchedIo;
use super::pace::{Limits, Verdict};
use super::registry::{Registry, Ticket};
use super::rt::Spawner;
use super::service::{App, Runtime};
use super::watch::{CUT, SHUTDOWN, TICK, Watch};

/// Sent when a request head came too slowly ([RFC 9110 §15.5.9]).
///
/// [RFC 9110 §15.5.9]: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9
const REQUEST_TIMEOUT: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// A client that has sent so many requests is taken for one that stays.
const FEW: u32 = 4;

/// What all connections of a server share.
pub(super) struct Engine<A> {
    pub(super) app: A,
    pub(super) config: Config,
    pub(super) runtime: Arc<dyn Runtime>,
    pub(super) registry: Arc<Registry>,
    pub(super) limits: Limits,
    http1: http1::Builder,
    /// The one that copies.
    http1_copying: http1::Builder,
    http2: http2::Builder<Spawner>,
}

impl<A: App> Engine<A> {
    pub(super) fn new(app: A, config: Config) -> Self {
        let runtime = app.runtime().clone();
        let (http1, http1_copying) = (config.http1_builder(false), config.http1_builder(true));
        let http2 = config.http2_builder(Spawner::new(runtime.clone(), config.write_timeout));
        Self {
            limits: Limits::new(&config),
            registry: Arc::default(),
            app,
            config,
            runtime,
            http1,
            http1_copying,
            http2,
        }
    }
}

type Http1<A, I> = http1::UpgradeableConnection<WatchedIo<I>, Calls<A>>;
type Http2<A, I> = http2::Connection<WatchedIo<I>, Calls<A>, Spawner>;

#[expect(clippy::large_enum_variant, reason = "`Http1` is the common one, and the whole task is boxed already")]
enum Stage<A: App, I> {
    Detect(Detect<I>),
    Http1(Http1<A, I>),
    // Boxed, being the larger and the rarer.
    Http2(Box<Http2<A, I>>),
    /// The 408 is being written; so much of it went out.
    Farewell(WatchedIo<I>, usize),
    /// Our half is closed; what still comes is dropped.
    Linger(WatchedIo<I>),
    Closed,
}

/// The task of one connection.
pub(super) struct Connection<A: App, I> {
    stage: Stage<A, I>,
    engine: Arc<Engine<A>>,
    peer: Option<SocketAddr>,
    /// What each request has in its extensions.
    extensions: Extensions,
    watch: Arc<Watch>,
    /// Whether hyper copies bodies behind their heads.
    copies: bool,
    /// The waker that `watch` holds.
    task_waker: Option<Waker>,
    /// Last, so that the connection counts as open until everything above is dropped.
    _ticket: Ticket,
}

impl<A: App, I: Read + Write + Unpin + Send + 'static> Connection<A, I> {
    pub(super) fn new(engine: Arc<Engine<A>>, io: I, peer: Option<SocketAddr>, extensions: Extensions) -> Self {
        let (watch, ticket, socket) = engine.registry.admit();
        let (stage, copies, task_waker) = (Stage::Closed, false, None);
        let mut connection = Self { stage, copies, task_waker, _ticket: ticket, engine, peer, extensions, watch };
        let io = WatchedIo::new(io, connection.watch.clone(), socket);
        connection.stage = match (connection.engine.config.http1, connection.engine.config.http2) {
            (true, true) => Stage::Detect(Detect::new(io)),
            (true, false) => connection.start(Protocol::Http1, io),
            _ => connection.start(Protocol::Http2, io),
        };
        connection
    }

    fn start(&self, protocol: Protocol, mut io: WatchedIo<I>) -> Stage<A, I> {
        let calls = Calls::new(self.engine.app.clone(), self.peer, self.extensions.clone(), self.watch.clone());
        match protocol {
            Protocol::Http1 => {
                if !self.engine.config.half_close {
                    io.end_is_gone();
                }
                let http1 = if self.copies { &self.engine.http1_copying } else { &self.engine.http1 };
                Stage::Http1(http1.serve_connection(io, calls).with_upgrades())
            }
            Protocol::Http2 => {
                self.watch.pace().has_no_heads();
                Stage::Http2(Box::new(self.engine.http2.serve_connection(io, calls)))
            }
        }
    }

    fn poll_stage(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            self.stage = match &mut self.stage {
                Stage::Http1(connection) => {
                    let Poll::Ready(end) = Pin::new(connection).poll(cx) else {
                        if self.copies == self.is_to_copy() || !self.is_at_rest() {
                            return Poll::Pending;
                        }
                        self.stage = self.start_anew();
                        continue;
                    };
                    let lingers = end.is_ok() && self.watch.sample().body_follows && !self.watch.pace().is_closing();
                    log(self.peer, end);
                    if !lingers {
                        return Poll::Ready(());
                    }
                    self.linger()
                }
                Stage::Http2(connection) => {
                    return Pin::new(connection).poll(cx).map(|end| log(self.peer, end));
                }
                Stage::Detect(detect) => match ready!(detect.poll(cx)) {
                    Ok(Some((protocol, io))) => self.start(protocol, io),
                    Ok(None) => Stage::Closed,
                    Err(error) => {
                        log(self.peer, Err(error));
                        Stage::Closed
                    }
                },
                Stage::Farewell(io, sent) => return poll_farewell(io, sent, cx),
                Stage::Linger(io) => return poll_linger(io, cx),
                Stage::Closed => return Poll::Ready(()),
            };
        }
    }

    /// Whether hyper is to copy bodies behind their heads, which is cheaper for small ones: for a client that stays, until
    /// one is large.
    #[inline]
    fn is_to_copy(&self) -> bool {
        !self.watch.was_large() && (self.copies || self.watch.calls() >= FEW)
    }

    /// Whether hyper has nothing to do but to read the next request. A body of the last one might be unread.
    fn is_at_rest(&self) -> bool {
        let sample = self.watch.sample();
        !sample.in_flight && !sample.write_blocked && !sample.body_follows && !self.watch.pace().is_closing()
    }

    /// Gives the socket to another connection of hyper, which decides once how it writes.
    #[cold]
    fn start_anew(&mut self) -> Stage<A, I> {
        let Some((mut io, read)) = self.take_io() else { return Stage::Closed };
        io.unread(read);
        self.copies = self.is_to_copy();
        self.start(Protocol::Http1, io)
    }

    #[cold]
    fn on_signals(&mut self, signals: u8) {
        if signals & CUT != 0 {
            self.stage = Stage::Closed;
        } else if signals & SHUTDOWN != 0 {
            self.drain();
        }
        if signals & TICK != 0 {
            self.on_tick();
        }
    }

    fn on_tick(&mut self) {
        match self.watch.judge(Instant::now(), &self.engine.limits) {
            Verdict::Keep => {}
            Verdict::Drain => self.drain(),
            Verdict::TimedOut => self.say_farewell(),
            Verdict::Drop => {
                tracing::debug!(peer = ?self.peer, "connection timed out");
                self.stage = Stage::Closed;
            }
        }
    }

    /// Asks hyper to close once nothing is in flight.
    fn drain(&mut self) {
        self.watch.pace().close(Instant::now());
        match &mut self.stage {
            Stage::Http1(connection) => Pin::new(connection).graceful_shutdown(),
            Stage::Http2(connection) => Pin::new(&mut **connection).graceful_shutdown(),
            Stage::Detect(_) | Stage::Linger(..) => self.stage = Stage::Closed,
            Stage::Farewell(..) | Stage::Closed => {}
        }
    }

    /// Takes the socket from hyper, with what hyper has read of it.
    fn take_io(&mut self) -> Option<(WatchedIo<I>, Bytes)> {
        match std::mem::replace(&mut self.stage, Stage::Closed) {
            Stage::Detect(detect) => detect.into_io().map(|io| (io, Bytes::new())),
            Stage::Http1(connection) => connection.into_parts().map(|parts| (parts.io, parts.read_buf)),
            _ => None,
        }
    }

    /// Goes on where hyper has closed our half of the socket. The last request's body may be unread: a socket that is
    /// closed with bytes in it is reset, and the client may lose a response that it has not read yet.
    fn linger(&mut self) -> Stage<A, I> {
        self.watch.pace().linger(Instant::now());
        self.take_io().map_or(Stage::Closed, |(io, _)| Stage::Linger(io))
    }

    /// Answers 408 where hyper has nothing to write, between two requests.
    fn say_farewell(&mut self) {
        tracing::debug!(peer = ?self.peer, "request head timed out");
        if !matches!(self.stage, Stage::Detect(_) | Stage::Http1(_)) {
            return self.drain();
        }
        self.watch.pace().close(Instant::now());
        self.stage = self.take_io().map_or(Stage::Closed, |(io, _)| Stage::Farewell(io, 0));
    }
}

impl<A: App, I: Read + Write + Unpin + Send + 'static> Future for Connection<A, I> {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if !this.task_waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            this.watch.attach(cx.waker());
            this.task_waker = Some(cx.waker().clone());
        }
        let signals = this.watch.take();
        if signals != 0 {
            this.on_signals(signals);
        }
        this.poll_stage(cx)
    }
}

fn poll_farewell<I: Read + Write + Unpin>(io: &mut WatchedIo<I>, sent: &mut usize, cx: &mut Context<'_>) -> Poll<()> {
    while *sent < REQUEST_TIMEOUT.len() {
        match ready!(Pin::new(&mut *io).poll_write(cx, &REQUEST_TIMEOUT[*sent..])) {
            Ok(0) | Err(_) => return Poll::Ready(()),
            Ok(count) => *sent += count,
        }
    }
    Pin::new(io).poll_shutdown(cx).map(drop)
}

/// Reads what the client still sends, until it closes its half.
fn poll_linger<I: Read + Unpin>(io: &mut WatchedIo<I>, cx: &mut Context<'_>) -> Poll<()> {
    let mut bytes = [0; 8 << 10];
    for _ in 0..16 {
        let mut buf = ReadBuf::new(&mut bytes);
        match ready!(Pin::new(&mut *io).poll_read(cx, buf.unfilled())) {
            Ok(()) if !buf.filled().is_empty() => {}
            _ => return Poll::Ready(()),
        }
    }
    // Others have a turn, and what the clock has to say.
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// A failed connection is the client's business, or the network's: worth a line only to who debugs.
fn log<E: std::error::Error>(peer: Option<SocketAddr>, end: Result<(), E>) {
    if let Err(error) = end {
        let cause = error.source().map(ToString::to_string);
        tracing::debug!(?peer, %error, cause, "connection failed");
    }
}
