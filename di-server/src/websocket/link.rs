//! How far has a websocket come, and what is under way on its connection?
//!
//! ```text
//! Opening ──> Open ──> Over          what there is of a connection
//!              │
//!              └── end: None ──> Some(End)   what its handler has to know
//! ```
//!
//! The handler's end may come before the connection's: a goodbye is still to be sent, or to be answered. What is read goes no
//! further than one message ahead of the handler, so that a peer is held back that sends more than the handler takes.

use std::{
    future::Future,
    io::ErrorKind,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use di_core::BoxError;
use tungstenite::{
    Error, Utf8Bytes, WebSocket,
    protocol::{CloseFrame, Role, WebSocketConfig},
};

use super::{Adapter, Bell, Io, Message, Text, WebSocketError};

/// A connection that is being handed over.
pub(super) type Opening = Pin<Box<dyn Future<Output = Result<Io, BoxError>> + Send>>;

/// The longest reason that a goodbye has room for ([RFC 6455 §5.5](https://www.rfc-editor.org/rfc/rfc6455#section-5.5)).
const LONGEST_REASON: usize = 123;

/// Frames that are no message, read in a row before others get their turn.
const BURST: u32 = 32;

enum Stage {
    Opening(Opening),
    Open(Box<WebSocket<Adapter>>),
    Over,
}

/// How it has ended, for the handler.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) code: u16,
    pub(super) reason: String,
    /// If not by a goodbye.
    error: Option<WebSocketError>,
}

/// A websocket's connection.
pub(super) struct Link {
    stage: Stage,
    config: WebSocketConfig,
    bell: Arc<Bell>,
    /// What has been read and not been received.
    ahead: Option<Message>,
    end: Option<End>,
    /// Whether the handler knows of the end.
    told: bool,
    /// Whether it has been told by an error.
    refused: bool,
    /// Whether the goodbye is to be said as soon as there is a connection.
    leaving: bool,
    /// Whether a ping is to be answered before anything else is read: else its sender could make us keep answers without end.
    owes: bool,
    /// Whether what still comes is read and forgotten.
    deaf: bool,
}

impl Link {
    pub(super) fn new(opening: Opening, config: WebSocketConfig, bell: Arc<Bell>) -> Self {
        Self {
            stage: Stage::Opening(opening),
            config,
            bell,
            ahead: None,
            end: None,
            told: false,
            refused: false,
            leaving: false,
            owes: false,
            deaf: false,
        }
    }

    /// The end, if the handler has come to it.
    pub(super) fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Whether it has ended and the handler does not know.
    pub(super) fn is_unnoticed(&self) -> bool {
        self.end.is_some() && self.ahead.is_none() && !self.told
    }

    /// Whether a message waits for the handler: then nothing is read.
    pub(super) fn is_full(&self) -> bool {
        self.ahead.is_some()
    }

    /// Whether anything has come since the last call.
    pub(super) fn take_heard(&mut self) -> bool {
        if let Stage::Open(socket) = &mut self.stage { socket.get_mut().take_heard() } else { false }
    }

    /// Whether the handler has been told of the end by an error.
    pub(super) fn has_refused(&self) -> bool {
        self.refused
    }

    /// Notes that the handler knows of the end, or has returned.
    pub(super) fn tell(&mut self) {
        self.told = true;
    }

    /// Waits for the connection.
    pub(super) fn poll_open(&mut self) -> Poll<()> {
        let Stage::Opening(opening) = &mut self.stage else { return Poll::Ready(()) };
        let waker = Waker::from(Arc::clone(&self.bell));
        match ready!(opening.as_mut().poll(&mut Context::from_waker(&waker))) {
            Ok(io) => {
                let io = Adapter::new(io, &self.bell);
                let socket = WebSocket::from_raw_socket(io, Role::Server, Some(self.config));
                self.stage = Stage::Open(Box::new(socket));
                if self.leaving {
                    self.close(1001, "");
                }
            }
            Err(error) => {
                self.stage = Stage::Over;
                self.ended(1006, String::new(), Some(WebSocketError::broken(error)));
            }
        }
        Poll::Ready(())
    }

    fn ended(&mut self, code: u16, reason: String, error: Option<WebSocketError>) {
        if self.end.is_none() {
            self.end = Some(End { code, reason, error });
            self.bell.ring();
        }
    }

    /// Ends it because of what went wrong; the peer is told if there is one left.
    fn fail(&mut self, error: WebSocketError) {
        if self.end.is_some() {
            self.deaf = true;
            return;
        }
        match (error.code(), &mut self.stage) {
            (1006, stage) => *stage = Stage::Over,
            (code, Stage::Open(socket)) => {
                // What follows cannot be understood.
                self.deaf = true;
                let _ = socket.close(Some(frame(code, "")));
            }
            _ => {}
        }
        self.ended(error.code(), String::new(), Some(error));
    }

    /// Ends it as broken: its peer answers no ping.
    pub(super) fn silent(&mut self) {
        self.fail(WebSocketError::silent());
    }

    /// Says goodbye, unless that has been said.
    pub(super) fn close(&mut self, code: u16, reason: &str) {
        match &mut self.stage {
            _ if self.end.is_some() => {}
            Stage::Open(socket) => {
                // What is left to be written is written later.
                let _ = socket.close(Some(frame(code, reason)));
                self.ended(code, reason.to_owned(), None);
            }
            Stage::Opening(_) => self.leaving = true,
            Stage::Over => {}
        }
    }

    /// Reads on, unless a message waits that has been read.
    pub(super) fn read(&mut self) {
        let mut burst = 0;
        while self.ahead.is_none() && self.end.is_none() {
            if self.owes && self.poll_flush().is_pending() {
                return;
            }
            self.owes = false;
            let Stage::Open(socket) = &mut self.stage else { return };
            match socket.read() {
                Ok(message) => self.take(message),
                Err(error) if would_block(&error) => return,
                Err(error) => self.fail(WebSocketError::of(error)),
            }
            burst += 1;
            if burst == BURST {
                self.bell.ring();
                return;
            }
        }
    }

    fn take(&mut self, message: tungstenite::Message) {
        match message {
            tungstenite::Message::Text(text) => self.ahead = Some(Message::Text(Text(text))),
            tungstenite::Message::Binary(bytes) => self.ahead = Some(Message::Binary(bytes)),
            tungstenite::Message::Ping(_) => self.owes = true,
            tungstenite::Message::Close(close) => {
                let (code, reason) =
                    close.map_or((1005, String::new()), |close| (close.code.into(), close.reason.to_string()));
                self.ended(code, reason, None);
            }
            tungstenite::Message::Pong(_) | tungstenite::Message::Frame(_) => {}
        }
    }

    /// Receives a message; `None` at the end.
    pub(super) fn poll_receive(&mut self, cx: &Context<'_>) -> Poll<Result<Option<Message>, WebSocketError>> {
        ready!(self.poll_open());
        self.read();
        if let Some(message) = self.ahead.take() {
            // There is room again for what is read ahead.
            self.bell.wake_task(cx.waker());
            return Poll::Ready(Ok(Some(message)));
        }
        let Some(end) = &self.end else { return Poll::Pending };
        self.told = true;
        let Some(error) = end.error.clone() else { return Poll::Ready(Ok(None)) };
        self.refused = true;
        Poll::Ready(Err(error))
    }

    /// Sends a message, which is taken once it is on its way; ready once the connection has taken all of it.
    pub(super) fn poll_send(&mut self, message: &mut Option<Message>) -> Poll<Result<(), WebSocketError>> {
        ready!(self.poll_open());
        loop {
            if let Some(end) = &self.end {
                (self.told, self.refused) = (true, true);
                return Poll::Ready(Err(end.error.clone().unwrap_or_else(|| WebSocketError::closed(end.code))));
            }
            ready!(self.poll_flush());
            let Stage::Open(socket) = &mut self.stage else { continue };
            let Some(message) = message.take() else { return Poll::Ready(Ok(())) };
            match socket.write(message.into()) {
                Err(error) if !would_block(&error) => self.fail(WebSocketError::of(error)),
                _ => {}
            }
        }
    }

    /// Pings the peer; whether that has gone out is not waited for.
    pub(super) fn ping(&mut self) {
        if let Stage::Open(socket) = &mut self.stage {
            match socket.write(tungstenite::Message::Ping(bytes::Bytes::new())) {
                Err(error) if !would_block(&error) => self.fail(WebSocketError::of(error)),
                _ => drop(self.poll_flush()),
            }
        }
    }

    /// Writes what is to be written; ready also if that cannot be done any more.
    pub(super) fn poll_flush(&mut self) -> Poll<()> {
        let Stage::Open(socket) = &mut self.stage else { return Poll::Ready(()) };
        match socket.flush() {
            Err(error) if would_block(&error) => Poll::Pending,
            // An error if both have said goodbye.
            Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => Poll::Ready(()),
            Err(error) => {
                self.fail(WebSocketError::of(error));
                Poll::Ready(())
            }
        }
    }

    /// Comes to the end of the connection: says goodbye if need be, waits for the peer's, and hangs up.
    pub(super) fn poll_finish(&mut self, code: u16) -> Poll<()> {
        ready!(self.poll_open());
        self.close(code, "");
        // Reading goes on though something cannot be written yet.
        let _ = self.poll_flush();
        let Stage::Open(socket) = &mut self.stage else { return Poll::Ready(()) };
        let mut burst = 0;
        while !self.deaf {
            burst += 1;
            if burst == BURST {
                self.bell.ring();
                return Poll::Pending;
            }
            match socket.read() {
                Ok(_) => {}
                Err(error) if would_block(&error) => return Poll::Pending,
                Err(Error::ConnectionClosed | Error::AlreadyClosed) => break,
                Err(_) => self.deaf = true,
            }
        }
        if self.deaf {
            match socket.flush() {
                Err(error) if would_block(&error) => return Poll::Pending,
                Err(Error::Io(_)) => {}
                // A connection that is closed while something of the peer's is unread may lose our last word.
                _ => {
                    ready!(socket.get_mut().poll_shutdown());
                    ready!(socket.get_mut().poll_drain());
                }
            }
        } else {
            ready!(socket.get_mut().poll_shutdown());
        }
        self.stage = Stage::Over;
        Poll::Ready(())
    }
}

fn would_block(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == ErrorKind::WouldBlock)
}

fn frame(code: u16, reason: &str) -> CloseFrame {
    let mut end = reason.len().min(LONGEST_REASON);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    CloseFrame { code: code.into(), reason: Utf8Bytes::from(&reason[..end]) }
}
