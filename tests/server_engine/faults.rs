//! A listener that fails, and a server that is dropped.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::app::TestApp;
use crate::client::{Client, PATIENCE};
use crate::harness::patient;
use crate::server::tokio::TokioRuntime;
use crate::server::{Config, Listener, bind, run};

/// Reports a lack of descriptors, and a lost connection, before each connection.
struct Failing {
    inner: TcpListener,
    failures: u32,
}

impl Listener for Failing {
    type Io = TokioIo<TcpStream>;

    async fn accept(&mut self) -> io::Result<(Self::Io, Option<SocketAddr>)> {
        self.failures += 1;
        match self.failures % 4 {
            1 | 2 => Err(io::Error::other("too many open files")),
            3 => Err(io::ErrorKind::ConnectionAborted.into()),
            _ => Listener::accept(&mut self.inner).await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

fn listener() -> (TcpListener, SocketAddr) {
    let listener = bind("127.0.0.1:0", &Config::default()).expect("a free port");
    let addr = listener.local_addr().expect("bound");
    (TcpListener::from_std(listener).expect("non-blocking"), addr)
}

fn app() -> TestApp {
    TestApp::new(Arc::new(TokioRuntime::current()), Arc::default())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

#[test]
fn errors_of_accept_do_not_end_the_server() {
    let runtime = runtime();
    let _entered = runtime.enter();
    let (inner, addr) = listener();
    runtime.spawn(run(app(), Failing { inner, failures: 0 }, Config::default(), std::future::pending()));
    for _ in 0..3 {
        assert_eq!(Client::connect(addr).get("/hello").status, 200);
    }
}

#[test]
fn dropping_the_server_drops_its_connections() {
    let runtime = runtime();
    let _entered = runtime.enter();
    let (listener, addr) = listener();
    let server = runtime.spawn(run(app(), listener, patient(), std::future::pending()));
    let mut client = Client::connect(addr);
    client.get("/hello");
    server.abort();
    client.closed();
}

#[test]
fn a_configuration_that_serves_nobody_is_refused() {
    let runtime = runtime();
    let _entered = runtime.enter();
    for config in [
        Config::default().http1(false).http2(false),
        Config::default().max_connections(Some(0)),
        Config::default().max_headers(0),
        Config::default().max_headers(usize::MAX),
        Config::default().max_concurrent_streams(0),
    ] {
        let serving = run(app(), listener().0, config, std::future::pending());
        let outcome = runtime.block_on(async { tokio::time::timeout(PATIENCE, serving).await });
        assert_eq!(outcome.expect("it does not serve").expect_err("refused").kind(), io::ErrorKind::InvalidInput);
    }
}
