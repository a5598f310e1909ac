//! What one thread can do: 1,000 requests that wait, and an answer at once while 40 others block.
//!
//! ```sh
//! cargo run --example load
//! ```
//!
//! The service has one thread for everything asynchronous. A client on a thread of its own opens the connections, and
//! prints what it measured; then the program ends.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use di_server::prelude::*;
use tokio::sync::oneshot;

#[derive(Container)]
struct App {
    busy: Busy,
}

/// How many handlers block.
#[derive(Default)]
struct Busy(AtomicUsize);

#[provider(singleton)]
fn busy() -> Busy {
    Busy::default()
}

/// Waits a second, and takes no thread meanwhile.
#[get("/wait")]
async fn wait() -> &'static str {
    tokio::time::sleep(Duration::from_secs(1)).await;
    "waited\n"
}

/// Blocks a thread of the pool for a second.
#[get("/block")]
fn block(busy: &Busy) -> &'static str {
    busy.0.fetch_add(1, Ordering::SeqCst);
    thread::sleep(Duration::from_secs(1));
    busy.0.fetch_sub(1, Ordering::SeqCst);
    "blocked\n"
}

/// Answers at once.
#[get("/busy")]
async fn count(busy: &Busy) -> String {
    busy.0.load(Ordering::SeqCst).to_string()
}

static TABLE: Table<App> = table![wait, block, count];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), di_server::Error> {
    raise_file_limit();
    let port: u16 = std::env::var("PORT").map_or(Ok(8000), |port| port.parse())?;
    let app = App::builder().build().await?;
    // A thread that ends with the program: if the port is another's, who may never answer, the runtime would wait for its own.
    let (done, measured) = oneshot::channel();
    thread::spawn(move || done.send(measure(port)));
    tokio::select! {
        served = di_server::serve(app, &TABLE, ("127.0.0.1", port)) => served,
        measured = measured => Ok(measured??),
    }
}

fn measure(port: u16) -> io::Result<()> {
    let start = Instant::now();
    let waiting: Vec<_> = (0..1000).map(|_| ask(port, "/wait")).collect::<Result<_, _>>()?;
    let answered = waiting.into_iter().map(answer).filter(|answer| matches!(answer, Ok(body) if body == "waited\n"));
    println!("{} of 1000 requests that wait 1 s each: {} ms in all", answered.count(), start.elapsed().as_millis());

    let blocking: Vec<_> = (0..40).map(|_| ask(port, "/block")).collect::<Result<_, _>>()?;
    for _ in 0..500 {
        if answer(ask(port, "/busy")?)? == "40" {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    let mut slowest = Duration::ZERO;
    for _ in 0..100 {
        let start = Instant::now();
        answer(ask(port, "/busy")?)?;
        slowest = slowest.max(start.elapsed());
    }
    let still = answer(ask(port, "/busy")?)?;
    println!("while {still} handlers block, the slowest of 100 answers took {:.1} ms", slowest.as_secs_f64() * 1e3);
    let answered = blocking.into_iter().map(answer).filter(|answer| matches!(answer, Ok(body) if body == "blocked\n"));
    println!("{} of 40 that blocked were answered", answered.count());
    Ok(())
}

/// Sends a request on a connection of its own.
fn ask(port: u16, path: &str) -> io::Result<TcpStream> {
    // The server starts at the same time as the client.
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => thread::sleep(Duration::from_millis(10)),
            connected => break connected?,
        }
    };
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    Ok(stream)
}

/// The body of the response.
fn answer(mut stream: TcpStream) -> io::Result<String> {
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    Ok(response.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

/// Both ends of each connection are in this process: more files than some systems allow a process at first.
fn raise_file_limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            eprintln!("the limit of open files stays as it is: {error}");
        }
    }
}
