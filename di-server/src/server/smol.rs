//! The engine on smol: executor, TCP listener, signals.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_signal::Signal;
use smol::net::{TcpListener, TcpStream};
use smol::stream::StreamExt;
use smol_hyper::rt::FuturesIo;

use super::listener::Listener;
use super::service::{BoxFuture, Runtime};
use super::signals;

/// smol's global executor, or one of the caller's.
#[derive(Debug, Clone, Default)]
pub struct SmolRuntime {
    executor: Option<Arc<smol::Executor<'static>>>,
}

impl SmolRuntime {
    /// Uses smol's global executor: one thread unless the variable `SMOL_THREADS` says otherwise.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses `executor`, which the caller runs.
    #[must_use]
    pub fn with_executor(executor: Arc<smol::Executor<'static>>) -> Self {
        Self { executor: Some(executor) }
    }
}

impl Runtime for SmolRuntime {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        match &self.executor {
            Some(executor) => executor.spawn(future).detach(),
            None => smol::spawn(future).detach(),
        }
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        smol::unblock(job).detach();
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // Made here and not when first polled: the time counts from this call.
        let timer = smol::Timer::after(duration);
        Box::pin(async move {
            timer.await;
        })
    }
}

impl Listener for TcpListener {
    type Io = FuturesIo<TcpStream>;

    async fn accept(&mut self) -> io::Result<(Self::Io, Option<SocketAddr>)> {
        let (stream, peer) = TcpListener::accept(self).await?;
        Ok((FuturesIo::new(stream), Some(peer)))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        TcpListener::local_addr(self)
    }

    fn set_nodelay(&self, io: &Self::Io, nodelay: bool) -> io::Result<()> {
        io.get_ref().set_nodelay(nodelay)
    }
}

/// The signals that ask a process to stop: SIGINT and SIGTERM; Ctrl-C on Windows.
///
/// From its making on, and while it lives, they do not end the process by themselves.
#[derive(Debug)]
pub struct Signals {
    signals: async_signal::Signals,
}

impl Signals {
    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// If the system refuses the handler.
    pub fn new() -> io::Result<Self> {
        #[cfg(unix)]
        let wanted = [Signal::Int, Signal::Term];
        #[cfg(windows)]
        let wanted = [Signal::Int];
        Ok(Self { signals: async_signal::Signals::new(wanted)? })
    }

    /// Waits for the next signal.
    ///
    /// # Cancel safety
    ///
    /// Dropping it loses no signal.
    pub async fn recv(&mut self) {
        if let Some(Err(error)) = self.signals.next().await {
            signals::unheard(&error).await;
        }
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
