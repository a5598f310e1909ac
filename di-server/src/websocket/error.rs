//! Why does a websocket receive, or send, no more?

use std::{fmt, sync::Arc};

use tungstenite::{
    Error,
    error::{CapacityError, ProtocolError},
};

/// A websocket has ended in another way than by a word of goodbye, or something was to be sent over one that has ended.
///
/// [`code`](Self::code) says how it has ended. Most often a handler passes it on with `?`: that ends the session as well.
#[derive(Debug, Clone)]
pub struct WebSocketError {
    code: u16,
    why: Why,
}

#[derive(Debug, Clone)]
enum Why {
    /// The two have said goodbye.
    Closed,
    Silent,
    Broken(Arc<dyn std::error::Error + Send + Sync>),
    Wrong(Arc<Error>),
}

impl WebSocketError {
    pub(super) fn closed(code: u16) -> Self {
        Self { code, why: Why::Closed }
    }

    /// Of a peer that answers no ping.
    pub(super) fn silent() -> Self {
        Self { code: 1006, why: Why::Silent }
    }

    pub(super) fn broken(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { code: 1006, why: Why::Broken(Arc::from(error.into())) }
    }

    pub(super) fn of(error: Error) -> Self {
        let code = match &error {
            Error::Capacity(CapacityError::MessageTooLong { .. }) => 1009,
            Error::Utf8(_) => 1007,
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => 1006,
            Error::Protocol(_) | Error::AttackAttempt => 1002,
            _ => 1006,
        };
        Self { code, why: Why::Wrong(Arc::new(error)) }
    }

    /// The code that the websocket has ended with ([RFC 6455 §7.4.1](https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1)):
    /// 1006 if the connection broke, 1009 if a message was larger than allowed, 1007 if a text was no UTF-8, 1002 if the peer
    /// broke the protocol otherwise; else that of the `Close` that was sent or received.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
    }
}

impl fmt::Display for WebSocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Why::Closed => write!(f, "the websocket is closed, with code {}", self.code),
            Why::Silent => f.write_str("the peer of the websocket answers no ping"),
            Why::Broken(_) => f.write_str("the connection of the websocket broke"),
            Why::Wrong(error) => match &**error {
                Error::Capacity(CapacityError::MessageTooLong { size, max_size }) => {
                    write!(f, "a message of the websocket has {size} bytes or more, and {max_size} are allowed")
                }
                Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                    f.write_str("the connection of the websocket ended without a goodbye")
                }
                _ if self.code == 1006 => f.write_str("the connection of the websocket broke"),
                _ => f.write_str("the peer of the websocket broke the protocol"),
            },
        }
    }
}

impl std::error::Error for WebSocketError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.why {
            Why::Closed | Why::Silent => None,
            Why::Broken(error) => Some(&**error),
            Why::Wrong(error) => match &**error {
                Error::Capacity(_) | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
                error => Some(error),
            },
        }
    }
}
