//! A client of raw bytes on a blocking socket.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long what must happen is waited for. No server of a test has another timeout as short, but the one under test.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Client<S = TcpStream> {
    pub stream: S,
    buffer: Vec<u8>,
}

/// One response, as read from the socket.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Client {
    #[track_caller]
    pub fn connect(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).expect("connects");
        stream.set_read_timeout(Some(PATIENCE)).expect("settable");
        stream.set_nodelay(true).expect("settable");
        Self::of(stream)
    }

    pub fn half_close(&self) {
        self.stream.shutdown(Shutdown::Write).expect("open");
    }
}

impl<S: Read + Write> Client<S> {
    pub fn of(stream: S) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    #[track_caller]
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).expect("writable");
    }

    #[track_caller]
    pub fn get(&mut self, path: &str) -> Reply {
        self.send(request(path));
        self.reply()
    }

    /// Reads the head of a response.
    #[track_caller]
    pub fn head(&mut self) -> String {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.fill(), "closed within a head: {:?}", String::from_utf8_lossy(&self.buffer));
        };
        String::from_utf8(self.buffer.drain(..end).collect()).expect("ASCII").to_lowercase()
    }

    /// Reads one response with a `content-length`, or without a body.
    #[track_caller]
    pub fn reply(&mut self) -> Reply {
        let head = self.head();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |n| n.parse().expect("a number"));
        while self.buffer.len() < length {
            assert!(self.fill(), "closed within a body");
        }
        let body = String::from_utf8(self.buffer.drain(..length).collect()).expect("text");
        Reply { status: head[9..12].parse().expect("a status"), head, body }
    }

    /// Waits for the server to close.
    #[track_caller]
    pub fn closed(&mut self) {
        assert!(!self.fill(), "unexpected bytes: {:?}", String::from_utf8_lossy(&self.buffer));
    }

    /// Reads more; `false` says that the server closed.
    #[track_caller]
    pub fn fill(&mut self) -> bool {
        let mut bytes = [0; 4096];
        match self.stream.read(&mut bytes) {
            // A process that was stopped and goes on.
            Err(error) if error.kind() == ErrorKind::Interrupted => self.fill(),
            Ok(0) => false,
            Ok(count) => {
                self.buffer.extend_from_slice(&bytes[..count]);
                true
            }
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

pub fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n")
}
