//! Cases on real sockets: an application served on the case's own executor, and a client that blocks, on a thread of its own.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use di_server::{
    Application, Container, Server, Table,
    rt::Runtime,
    server::{Config, bind},
};

use crate::{executors::Rt, support::Signal};

/// Serves until the case is over, and says where.
pub fn serve<C: Container>(rt: &Rt, app: &Application<C>, table: &'static Table<C>) -> SocketAddr {
    serve_until(rt, app, table, Config::default(), &Signal::default()).0
}

/// Serves until a signal to stop, and says where; the second signal is set once that has come to its end.
pub fn serve_until<C: Container>(
    rt: &Rt,
    app: &Application<C>,
    table: &'static Table<C>,
    config: Config,
    stop: &Signal,
) -> (SocketAddr, Signal) {
    serve_last(rt, app.clone(), table, config, stop)
}

/// As [`serve_until`], and nobody else has the application.
pub fn serve_last<C: Container>(
    rt: &Rt,
    app: Application<C>,
    table: &'static Table<C>,
    config: Config,
    stop: &Signal,
) -> (SocketAddr, Signal) {
    let listener = bind("127.0.0.1:0", &config).expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (never, stop) = (std::future::pending(), stop.clone());
    let stopped = Signal::default();
    let (end, stop) = (stopped.clone(), async move { stop.wait().await });
    if tokio::runtime::Handle::try_current().is_ok() {
        let listener = tokio::net::TcpListener::from_std(listener).expect("non-blocking");
        rt.spawn(Box::pin(async move {
            Server::new(app, table).config(config).serve_with(listener, stop, never).await.unwrap();
            end.set();
        }));
    } else {
        let listener = smol::net::TcpListener::try_from(listener).expect("non-blocking");
        rt.spawn(Box::pin(async move {
            Server::new(app, table).config(config).serve_with(listener, stop, never).await.unwrap();
            end.set();
        }));
    }
    (address, stopped)
}

/// Runs a client that blocks, and waits for it without blocking.
pub async fn client<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, returned) = (Signal::default(), Arc::new(Mutex::new(None)));
    let (set, result) = (done.clone(), returned.clone());
    let thread = thread::spawn(move || {
        let value = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
        *result.lock().unwrap() = Some(value);
        set.set();
    });
    done.wait().await;
    thread.join().expect("its panics are caught");
    let result = returned.lock().unwrap().take().expect("the job has returned");
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("connects");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("settable");
    stream
}

/// Sends a request, with more lines of its head.
pub fn send(stream: &mut TcpStream, path: &str, head: &str) {
    write!(stream, "GET {path} HTTP/1.1\r\nhost: test\r\n{head}\r\n").expect("writable");
}

/// Reads until so much has come that `enough` says so, or the server closes.
pub fn read_until(stream: &mut TcpStream, enough: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let (mut read, mut piece) = (Vec::new(), [0; 4096]);
    while !enough(&read) {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => read.extend_from_slice(&piece[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => break,
            // A process that was stopped and goes on.
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => panic!("{error}"),
        }
    }
    read
}

/// All that the server sends in answer to one request, after which it closes.
pub fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = connect(address);
    send(&mut stream, path, "connection: close\r\n");
    String::from_utf8_lossy(&read_until(&mut stream, |_| false)).into_owned()
}
