//! Starts an example as its user does, and talks to it over plain sockets.
#![allow(dead_code)]

use std::{
    env,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Long enough for any machine; only a hang lasts longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running example; ended when dropped.
pub(crate) struct Example {
    child: Child,
    pub(crate) port: u16,
}

/// One response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Status line and headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Example {
    #[track_caller]
    pub(crate) fn start(name: &str) -> Self {
        Self::start_with(name, &[])
    }

    /// Starts it with further variables, and waits until it accepts.
    #[track_caller]
    pub(crate) fn start_with(name: &str, variables: &[(&str, &str)]) -> Self {
        let port = free_ports();
        let mut command = Command::new(binary(name));
        command.env("PORT", port.to_string()).envs(variables.iter().copied()).stdout(Stdio::null());
        let child = command.spawn().expect("the example is built");
        let mut example = Self { child, port };
        connect(port);
        // Not somebody else's server, which kept this one from listening.
        assert!(example.child.try_wait().expect("a child").is_none(), "`{name}` ended");
        example
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None, None)
    }

    #[track_caller]
    pub(crate) fn send(&self, method: &str, path: &str, token: Option<&str>, json: Option<&str>) -> Reply {
        self.send_to(self.port, method, path, token, json)
    }

    #[track_caller]
    pub(crate) fn send_to(
        &self,
        port: u16,
        method: &str,
        path: &str,
        token: Option<&str>,
        json: Option<&str>,
    ) -> Reply {
        Self::exchange(port, &request(method, path, token, json))
    }

    /// Sends a request as it stands; it asks for the connection to be closed.
    #[track_caller]
    pub(crate) fn raw(&self, request: &str) -> Reply {
        Self::exchange(self.port, request)
    }

    #[track_caller]
    fn exchange(port: u16, request: &str) -> Reply {
        let mut stream = connect(port);
        stream.set_read_timeout(Some(PATIENCE)).expect("settable");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("it answers and closes");
        let text = String::from_utf8(bytes).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let status = head[9..12].parse().expect("a status");
        Reply { status, head: head.to_lowercase(), body: body.to_owned() }
    }
}

impl Reply {
    /// A field of a body that is JSON.
    #[track_caller]
    pub(crate) fn field(&self, name: &str) -> serde_json::Value {
        let value: serde_json::Value = serde_json::from_str(&self.body).expect("JSON");
        value[name].clone()
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs an example that ends by itself; what it printed.
#[track_caller]
pub(crate) fn run(name: &str) -> String {
    run_with(name, &[])
}

/// Runs an example on a port that is taken; what it says to that.
#[track_caller]
pub(crate) fn run_where_taken(name: &str) -> String {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    let port = taken.local_addr().expect("it is bound").port();
    let output = Command::new(binary(name)).env("PORT", port.to_string()).output().expect("the example is built");
    assert!(!output.status.success(), "`{name}` has no port");
    String::from_utf8(output.stderr).expect("text")
}

/// Runs an example that ends by itself, with arguments; what it printed.
#[track_caller]
pub(crate) fn run_with(name: &str, args: &[&str]) -> String {
    let mut command = Command::new(binary(name));
    let output = command.args(args).env("PORT", free_ports().to_string()).output().expect("the example is built");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{printed}");
    printed
}

/// Runs lines of shell; what they printed. `None` where there is no shell or no curl.
#[track_caller]
pub(crate) fn shell(script: &str) -> Option<String> {
    Command::new("curl").arg("--version").stdout(Stdio::null()).status().ok()?;
    let output = Command::new("sh").arg("-c").arg(script).stderr(Stdio::null()).output().ok()?;
    Some(String::from_utf8(output.stdout).expect("text"))
}

/// Connects, once the server listens.
#[track_caller]
fn connect(port: u16) -> TcpStream {
    let start = Instant::now();
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => return stream,
            Err(error) => assert!(start.elapsed() < PATIENCE, "nothing listens: {error}"),
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// A request of one connection.
pub(crate) fn request(method: &str, path: &str, token: Option<&str>, json: Option<&str>) -> String {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    if let Some(token) = token {
        request += &format!("authorization: Bearer {token}\r\n");
    }
    let body = json.unwrap_or_default();
    if json.is_some() {
        request += &format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    }
    request + "\r\n" + body
}

/// Where the example lies: cargo builds it beside the tests.
fn binary(name: &str) -> PathBuf {
    let test = env::current_exe().expect("a test has a path");
    let deps = test.parent().expect("it lies in a folder");
    let path = deps.parent().expect("and that in another").join("examples").join(name);
    path.with_extension(env::consts::EXE_EXTENSION)
}

/// A free port whose neighbour is free too.
///
/// It is not one that the system chose: the system may give such a port to somebody else before the example listens. Those
/// below 30,000 are only taken by who asks for them, and each test program starts to look at another place.
fn free_ports() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let start = process::id().wrapping_mul(62);
    loop {
        let next = start.wrapping_add(NEXT.fetch_add(2, Ordering::Relaxed)) % 10_000;
        let port = 20_000 + u16::try_from(next).expect("below 10,000");
        if [port, port + 1].iter().all(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return port;
        }
    }
}
