//! The engine on tokio: executor, TCP listener, signals.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;

use super::listener::Listener;
use super::service::{BoxFuture, Runtime};
use super::signals;

/// The tokio runtime that a handle names.
#[derive(Debug, Clone)]
pub struct TokioRuntime {
    handle: Handle,
}

impl TokioRuntime {
    /// Wraps a handle. The runtime behind it needs its timer and its I/O enabled.
    #[must_use]
    pub fn new(handle: Handle) -> Self {
        Self { handle }
    }

    /// Takes the runtime this is called on.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use]
    #[track_caller]
    pub fn current() -> Self {
        Self::new(Handle::current())
    }
}

impl Runtime for TokioRuntime {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        self.handle.spawn(future);
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        self.handle.spawn_blocking(job);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // A sleep looks up its runtime when it is made, and a drop can make one on a foreign thread.
        let _entered = self.handle.enter();
        Box::pin(tokio::time::sleep(duration))
    }
}

impl Listener for TcpListener {
    type Io = TokioIo<TcpStream>;

    async fn accept(&mut self) -> io::Result<(Self::Io, Option<SocketAddr>)> {
        let (stream, peer) = TcpListener::accept(self).await?;
        Ok((TokioIo::new(stream), Some(peer)))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        TcpListener::local_addr(self)
    }

    fn set_nodelay(&self, io: &Self::Io, nodelay: bool) -> io::Result<()> {
        io.inner().set_nodelay(nodelay)
    }
}

/// The signals that ask a process to stop: SIGINT and SIGTERM; Ctrl-C on Windows.
///
/// From its making on they no longer end the process by themselves, for good.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    ctrl_c: tokio::signal::windows::CtrlC,
}

#[cfg(unix)]
impl Signals {
    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// If the system refuses the handler.
    pub fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the next signal.
    ///
    /// # Cancel safety
    ///
    /// Dropping it loses no signal.
    pub async fn recv(&mut self) {
        super::rt::race(self.interrupt.recv(), self.terminate.recv()).await;
    }
}

#[cfg(windows)]
impl Signals {
    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// If the system refuses the handler.
    pub fn new() -> io::Result<Self> {
        Ok(Self { ctrl_c: tokio::signal::windows::ctrl_c()? })
    }

    /// Waits for the next signal.
    ///
    /// # Cancel safety
    ///
    /// Dropping it loses no signal.
    pub async fn recv(&mut self) {
        self.ctrl_c.recv().await;
    }
}

/// Waits for the first signal that asks to stop: for `shutdown` of [`run`](super::run). Where signals cannot be listened
/// to, logs the error and waits for ever.
///
/// # Cancel safety
///
/// Dropping it loses the signals that arrived meanwhile.
pub async fn shutdown_signal() {
    nth_signal(1).await;
}

/// Waits for the second one: for `stop_now` of [`run_with`](super::run_with).
///
/// # Cancel safety
///
/// As [`shutdown_signal`].
pub async fn second_signal() {
    nth_signal(2).await;
}

async fn nth_signal(count: u32) {
    signals::nth(count, Signals::new().map(|mut signals| async move || signals.recv().await)).await;
}
