//! Starts the application on each executor, in a thread of its own, and stops it.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::app::{State, TestApp};
use crate::client::PATIENCE;
use crate::server::smol::SmolRuntime;
use crate::server::tls::Tls;
use crate::server::tokio::TokioRuntime;
use crate::server::{BoxFuture, Config, Listener, Runtime, bind, run_with};

/// The executors that the engine ships for, and one that it does not know.
#[derive(Debug, Clone, Copy)]
pub enum On {
    TokioThreads,
    TokioCurrent,
    Smol,
    /// Each task polled on a thread of its own: what an application could bring.
    Threads,
}

/// A server in its thread. Stops at once when dropped.
pub struct Server {
    pub addr: SocketAddr,
    pub state: Arc<State>,
    shutdown: Flag,
    stop_now: Flag,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// No timeout that a test would live to see: each test shortens the one that it is about.
pub fn patient() -> Config {
    let long = 10 * PATIENCE;
    Config::default()
        .header_read_timeout(long)
        .keep_alive_timeout(long)
        .write_timeout(long)
        .shutdown_timeout(long)
        .http2_ping_timeout(long)
}

impl Server {
    pub fn start(on: On, config: Config) -> Self {
        Self::start_with(on, config, None)
    }

    /// One that speaks TLS, if it is told how.
    pub fn start_with(on: On, config: Config, tls: Option<Tls>) -> Self {
        let (shutdown, stop_now) = (Flag::default(), Flag::default());
        let state = Arc::<State>::default();
        let listener = bind("127.0.0.1:0", &config).expect("a free port");
        let addr = listener.local_addr().expect("bound");
        let how = How { config, tls, shutdown: shutdown.clone(), stop_now: stop_now.clone(), state: state.clone() };
        let thread = std::thread::spawn(move || serve(on, listener, how));
        Self { addr, state, shutdown, stop_now, thread: Some(thread) }
    }

    pub fn shutdown(&self) {
        self.shutdown.set();
    }

    pub fn stop_now(&self) {
        self.stop_now.set();
    }

    /// Waits for the server to return.
    #[track_caller]
    pub fn join(mut self) {
        let thread = self.thread.take().expect("joined once");
        eventually("the server returns", || thread.is_finished());
        thread.join().expect("no panic").expect("no error");
    }

    /// Waits until so many handlers run.
    #[track_caller]
    pub fn await_running(&self, count: usize) {
        eventually(&format!("{count} handlers run"), || self.state.running.load(Ordering::SeqCst) == count);
    }

    /// Lets the handlers at the gate go on.
    pub fn open_the_gate(&self) {
        self.state.open.store(true, Ordering::SeqCst);
    }
}

/// Waits until `condition` holds.
#[track_caller]
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop_now.set();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// How it is served.
struct How {
    config: Config,
    tls: Option<Tls>,
    shutdown: Flag,
    stop_now: Flag,
    state: Arc<State>,
}

impl How {
    async fn run(self, runtime: impl Runtime, listener: impl Listener) -> io::Result<()> {
        let Self { config, tls, shutdown, stop_now, state } = self;
        let app = TestApp::new(Arc::new(runtime), state);
        match tls {
            None => run_with(app, listener, config, shutdown, stop_now).await,
            Some(tls) => run_with(app, tls.over(listener, &config), config, shutdown, stop_now).await,
        }
    }
}

fn serve(on: On, listener: std::net::TcpListener, how: How) -> io::Result<()> {
    match on {
        On::TokioThreads => on_tokio(tokio::runtime::Builder::new_multi_thread().worker_threads(2), listener, how),
        On::TokioCurrent => on_tokio(&mut tokio::runtime::Builder::new_current_thread(), listener, how),
        On::Smol => on_smol(SmolRuntime::new(), listener, how),
        On::Threads => on_smol(Threads, listener, how),
    }
}

fn on_tokio(builder: &mut tokio::runtime::Builder, listener: std::net::TcpListener, how: How) -> io::Result<()> {
    builder
        .enable_all()
        .build()?
        .block_on(async { how.run(TokioRuntime::current(), tokio::net::TcpListener::from_std(listener)?).await })
}

fn on_smol(runtime: impl Runtime, listener: std::net::TcpListener, how: How) -> io::Result<()> {
    smol::block_on(async { how.run(runtime, smol::net::TcpListener::try_from(listener)?).await })
}

struct Threads;

impl Runtime for Threads {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        std::thread::spawn(|| smol::block_on(future));
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        std::thread::spawn(job);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            smol::Timer::after(duration).await;
        })
    }
}

/// A future that is ready once set; on any executor.
#[derive(Clone, Default)]
pub struct Flag(Arc<Mutex<(bool, Option<Waker>)>>);

impl Flag {
    pub fn set(&self) {
        let waker = {
            let mut inner = self.0.lock().expect("unpoisoned");
            inner.0 = true;
            inner.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Future for Flag {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.0.lock().expect("unpoisoned");
        if inner.0 {
            return Poll::Ready(());
        }
        inner.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}
