use std::{
    fmt,
    future::{Future, IntoFuture, poll_fn},
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use di_core::rt::Runtime;
use http::{
    HeaderMap,
    header::{CONNECTION, UPGRADE},
};
use serde::{Serialize, de::DeserializeOwned};
use tungstenite::{
    Error, WebSocket,
    handshake::client::generate_key,
    protocol::{CloseFrame, Role},
};

use super::{TestRequest, TestResponse, TestStream};
use crate::websocket::{Adapter, Bell, KEY, Message, PROTOCOL, Party, VERSION};

/// Long enough for whatever a test waits for: past it the test fails, and does not hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// A websocket's handshake in the making; [`connect`](Self::connect) sends it.
#[derive(Debug)]
#[must_use = "a handshake is sent by `connect`, or when it is awaited"]
pub struct TestHandshake(TestRequest);

impl TestHandshake {
    pub(super) fn new(request: TestRequest) -> Self {
        let request = request
            .header(CONNECTION.as_str(), "upgrade")
            .header(UPGRADE.as_str(), "websocket")
            .header(VERSION.as_str(), "13")
            .header(KEY.as_str(), &generate_key());
        Self(request)
    }

    /// Adds a header.
    ///
    /// # Panics
    ///
    /// If `name` or `value` cannot be a header's.
    #[track_caller]
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// Sends a bearer token.
    ///
    /// # Panics
    ///
    /// If `token` cannot be part of a header.
    #[track_caller]
    pub fn bearer(self, token: &str) -> Self {
        Self(self.0.bearer(token))
    }

    /// Asks for a protocol, after those that have been asked for.
    ///
    /// # Panics
    ///
    /// If `name` cannot be part of a header.
    #[track_caller]
    pub fn protocol(self, name: &str) -> Self {
        self.header(PROTOCOL.as_str(), name)
    }

    /// Sets the client's address, as [`TestRequest::peer`] does.
    pub fn peer(self, address: SocketAddr) -> Self {
        Self(self.0.peer(address))
    }

    /// Opens the websocket.
    ///
    /// # Panics
    ///
    /// If it is refused.
    pub async fn connect(self) -> TestSocket {
        match self.open().await {
            Ok(socket) => socket,
            Err(response) => panic!("the websocket was refused with {}: {}", response.status(), response.text()),
        }
    }

    /// Asks for the websocket, and is refused.
    ///
    /// # Panics
    ///
    /// If it is opened.
    pub async fn refused(self) -> TestResponse {
        match self.open().await {
            Ok(socket) => panic!("the websocket `{}` was opened, and should have been refused", socket.what),
            Err(response) => response,
        }
    }

    async fn open(self) -> Result<TestSocket, TestResponse> {
        let (what, runtime) = (self.0.uri().to_string(), self.0.runtime());
        let (response, io) = self.0.open().await;
        let (parts, body) = response.into_parts();
        let Some(io) = io else {
            return Err(TestStream::new(format!("WS {what}"), parts, body).finish().await);
        };
        let bell = Arc::new(Bell::default());
        let socket = WebSocket::from_raw_socket(Adapter::new(io, &bell), Role::Client, None);
        Ok(TestSocket { socket: Some(socket), bell, runtime, what, headers: parts.headers, closed: None })
    }
}

impl IntoFuture for TestHandshake {
    type Output = TestSocket;
    type IntoFuture = Pin<Box<dyn Future<Output = TestSocket> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.connect())
    }
}

/// The client's side of a websocket.
///
/// Dropping it breaks the connection, as a client does that vanishes; [`close`](Self::close) says goodbye. Pings of the server
/// are answered while something is waited for.
pub struct TestSocket {
    /// `None` once it is over.
    socket: Option<WebSocket<Adapter>>,
    bell: Arc<Bell>,
    runtime: Arc<dyn Runtime>,
    what: String,
    headers: HeaderMap,
    closed: Option<(u16, String)>,
}

/// What a client sees.
enum Seen {
    Message(Message),
    Pong(Vec<u8>),
    /// The server has said goodbye, or hung up without.
    End,
}

impl TestSocket {
    /// The protocol that the server has chosen.
    #[must_use]
    pub fn protocol(&self) -> Option<&str> {
        self.header(PROTOCOL.as_str())
    }

    /// The first header of this name of the response that has opened it, if there is one and it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Sends a message.
    ///
    /// # Panics
    ///
    /// If the websocket is over, or the server takes nothing for 30 s.
    pub async fn send(&mut self, message: impl Into<Message>) {
        if !self.try_send(message.into()).await {
            panic!("nothing can be sent over the websocket `{}`: it {}", self.what, self.end());
        }
    }

    /// Sends a value as JSON, in a text.
    ///
    /// # Panics
    ///
    /// As [`send`](Self::send), and if `value` cannot be written as JSON.
    pub async fn send_json(&mut self, value: &impl Serialize) {
        let message = Message::json(value);
        self.send(message.unwrap_or_else(|error| panic!("this is not to be had as JSON: {error}"))).await;
    }

    /// The next message; `None` at the end, of which [`closed`](Self::closed) tells more.
    ///
    /// # Panics
    ///
    /// If nothing comes for 30 s.
    pub async fn recv(&mut self) -> Option<Message> {
        loop {
            match self.see("a message").await {
                Seen::Message(message) => return Some(message),
                Seen::Pong(_) => {}
                Seen::End => return None,
            }
        }
    }

    /// The next message, which is a text.
    ///
    /// # Panics
    ///
    /// If it is none, if the websocket is over, or nothing comes for 30 s.
    pub async fn text(&mut self) -> String {
        match self.recv().await {
            Some(Message::Text(text)) => text.to_string(),
            Some(Message::Binary(bytes)) => {
                panic!("`{}` has sent {} bytes, and should have sent a text", self.what, bytes.len())
            }
            None => panic!("`{}` should have sent a text, and {}", self.what, self.end()),
        }
    }

    /// The next message, which is a text with this JSON.
    ///
    /// # Panics
    ///
    /// As [`text`](Self::text), and if it is not the JSON of a `T`.
    pub async fn json<T: DeserializeOwned>(&mut self) -> T {
        let text = self.text().await;
        serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!("`{}` has sent something else than was expected, {error}: {text}", self.what)
        })
    }

    /// Waits for the next message, and compares.
    ///
    /// # Panics
    ///
    /// If it is anything but this text.
    pub async fn assert_text(&mut self, expected: &str) {
        let text = self.text().await;
        assert_eq!(text, expected, "the next message of `{}`", self.what);
    }

    /// Waits for the end, and compares; the messages before it are skipped.
    ///
    /// # Panics
    ///
    /// If the code is another, or the websocket goes on for 30 s.
    pub async fn assert_closed(&mut self, code: u16) {
        while self.recv().await.is_some() {}
        assert_eq!(self.closed().map(|(code, _)| code), Some(code), "the code that `{}` has ended with", self.what);
    }

    /// Pings the server and waits for the answer. Messages that come before it are lost.
    ///
    /// # Panics
    ///
    /// If no answer comes.
    pub async fn ping(&mut self, payload: &[u8]) {
        let message = tungstenite::Message::Ping(payload.to_vec().into());
        assert!(self.write(message).await, "`{}` cannot be pinged: it {}", self.what, self.end());
        loop {
            match self.see("a pong").await {
                Seen::Pong(answer) => return assert_eq!(answer, payload, "the answer to a ping of `{}`", self.what),
                Seen::Message(_) => {}
                Seen::End => panic!("`{}` should have answered a ping, and {}", self.what, self.end()),
            }
        }
    }

    /// Says goodbye and waits for the answer; says with which code the websocket has ended. Messages that come before the
    /// answer are lost.
    ///
    /// # Panics
    ///
    /// If none comes for 30 s.
    pub async fn close(mut self, code: u16, reason: &str) -> u16 {
        let frame = CloseFrame { code: code.into(), reason: reason.into() };
        self.write(tungstenite::Message::Close(Some(frame))).await;
        while !matches!(self.see("an answer to its goodbye").await, Seen::End) {}
        self.closed().map_or(1006, |(code, _)| code)
    }

    /// Code and reason of the server's goodbye, once it has come: 1005 if it had no code, 1006 if the connection ended without
    /// one.
    #[must_use]
    pub fn closed(&self) -> Option<(u16, &str)> {
        self.closed.as_ref().map(|(code, reason)| (*code, reason.as_str()))
    }

    async fn try_send(&mut self, message: Message) -> bool {
        self.write(message.into()).await
    }

    /// Writes a message; says whether that could be done.
    async fn write(&mut self, message: tungstenite::Message) -> bool {
        let (mut message, bell) = (Some(message), Arc::clone(&self.bell));
        let socket = &mut self.socket;
        let mut late = self.runtime.sleep(PATIENCE);
        let written = poll_fn(|cx| {
            bell.attach(Party::Sender, cx);
            let Some(socket) = socket else { return Poll::Ready(Some(false)) };
            let result = match message.take() {
                Some(message) => socket.send(message),
                None => socket.flush(),
            };
            match result {
                Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    late.as_mut().poll(cx).map(|()| None)
                }
                result => Poll::Ready(Some(result.is_ok())),
            }
        })
        .await;
        written.unwrap_or_else(|| panic!("`{}` has taken nothing for {PATIENCE:?}", self.what))
    }

    async fn see(&mut self, wanted: &str) -> Seen {
        let mut late = self.runtime.sleep(PATIENCE);
        let seen = poll_fn(|cx| match self.poll_see(cx) {
            Poll::Pending => late.as_mut().poll(cx).map(|()| None),
            ready => ready.map(Some),
        })
        .await;
        seen.unwrap_or_else(|| {
            panic!("`{}` should have sent {wanted}, and has sent nothing for {PATIENCE:?}", self.what)
        })
    }

    fn poll_see(&mut self, cx: &mut Context<'_>) -> Poll<Seen> {
        self.bell.attach(Party::Receiver, cx);
        loop {
            let Some(socket) = &mut self.socket else { return Poll::Ready(Seen::End) };
            match socket.read() {
                Ok(tungstenite::Message::Text(text)) => {
                    return Poll::Ready(Seen::Message(Message::text(text.as_str())));
                }
                Ok(tungstenite::Message::Binary(bytes)) => return Poll::Ready(Seen::Message(Message::Binary(bytes))),
                Ok(tungstenite::Message::Pong(payload)) => return Poll::Ready(Seen::Pong(payload.to_vec())),
                Ok(tungstenite::Message::Close(frame)) => {
                    let closed =
                        frame.map_or((1005, String::new()), |frame| (frame.code.into(), frame.reason.to_string()));
                    self.closed.get_or_insert(closed);
                }
                Ok(tungstenite::Message::Ping(_) | tungstenite::Message::Frame(_)) => {}
                Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => return Poll::Pending,
                Err(_) => {
                    self.closed.get_or_insert((1006, String::new()));
                    self.socket = None;
                }
            }
        }
    }

    fn end(&self) -> String {
        match self.closed() {
            Some((1006, _)) => "has ended without a goodbye".to_owned(),
            Some((code, "")) => format!("has been closed with code {code}"),
            Some((code, reason)) => format!("has been closed with code {code}: {reason}"),
            None => "is over".to_owned(),
        }
    }
}

impl fmt::Debug for TestSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestSocket").field("uri", &self.what).field("closed", &self.closed).finish_non_exhaustive()
    }
}
