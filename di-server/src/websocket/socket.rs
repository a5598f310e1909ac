//! What does a websocket's handler have in its hands?

use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use di_core::{
    describe::{Operation, Reply, Subject},
    graph::{Extract, Rejection, RequestView, Source},
};
use futures_core::Stream;
use http::StatusCode;

use super::{Message, Party, WebSocketError, session::Shared};

/// A websocket: the parameter of every handler with [`#[websocket]`](macro@crate::websocket), and of no other function.
///
/// It is closed when the handler returns; see [there](macro@crate::websocket) with which code.
#[derive(Debug)]
pub struct WebSocket(Arc<Shared>);

impl WebSocket {
    /// The next message; `None` once the peer has said goodbye, the server is about to stop, or the websocket has been
    /// [closed](Self::close).
    ///
    /// # Errors
    ///
    /// If the connection breaks, the peer breaks the protocol, or a message is larger than allowed. It has ended then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing, so that this can be one of several that are waited for.
    pub async fn recv(&mut self) -> Result<Option<Message>, WebSocketError> {
        recv(&self.0).await
    }

    /// Sends a message, and waits until the connection has taken it: a peer that reads slowly is waited for.
    ///
    /// # Errors
    ///
    /// If the websocket has ended, in whatever way.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it was polled, or while an earlier message was under way, the message is lost; otherwise it
    /// is sent all the same.
    pub async fn send(&mut self, message: impl Into<Message>) -> Result<(), WebSocketError> {
        send(&self.0, message.into()).await
    }

    /// Says goodbye, with a [code](https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1) and a reason of up to 123 bytes (more is cut
    /// off). After that nothing is sent or received any more; a websocket that has ended stays as it is.
    ///
    /// Codes of applications are from 4000 to 4999. One that must not be sent, as 1006, is sent as 1011.
    ///
    /// # Cancel safety
    ///
    /// The goodbye is on its way once the future has been polled.
    pub async fn close(&mut self, code: u16, reason: &str) {
        close(&self.0, code, reason).await;
    }

    /// Which of its protocols the client has asked for.
    #[must_use]
    pub fn protocol(&self) -> Option<&'static str> {
        self.0.head.protocol
    }

    /// The code that it has ended with, if it has: that of the peer's goodbye (1005 if that had none) or of our own, or 1006
    /// if there was none.
    #[must_use]
    pub fn close_code(&self) -> Option<u16> {
        self.0.link().end().map(|end| end.code)
    }

    /// The reason in the goodbye that has ended it.
    #[must_use]
    pub fn close_reason(&self) -> Option<String> {
        self.0.link().end().map(|end| end.reason.clone())
    }

    /// Takes it apart: one half sends while the other waits for messages, each wherever it likes.
    #[must_use]
    pub fn split(self) -> (WebSocketSender, WebSocketReceiver) {
        (WebSocketSender(Arc::clone(&self.0)), WebSocketReceiver(self.0))
    }
}

/// The half of a [`WebSocket`] that sends.
#[derive(Debug)]
pub struct WebSocketSender(Arc<Shared>);

impl WebSocketSender {
    /// As [`WebSocket::send`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn send(&mut self, message: impl Into<Message>) -> Result<(), WebSocketError> {
        send(&self.0, message.into()).await
    }

    /// As [`WebSocket::close`].
    pub async fn close(&mut self, code: u16, reason: &str) {
        close(&self.0, code, reason).await;
    }
}

/// The half of a [`WebSocket`] that receives.
#[derive(Debug)]
pub struct WebSocketReceiver(Arc<Shared>);

impl WebSocketReceiver {
    /// As [`WebSocket::recv`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn recv(&mut self) -> Result<Option<Message>, WebSocketError> {
        recv(&self.0).await
    }
}

fn poll_recv(shared: &Shared, cx: &Context<'_>) -> Poll<Result<Option<Message>, WebSocketError>> {
    shared.bell.attach(Party::Receiver, cx);
    shared.link().poll_receive(cx)
}

async fn recv(shared: &Shared) -> Result<Option<Message>, WebSocketError> {
    poll_fn(|cx| poll_recv(shared, cx)).await
}

async fn send(shared: &Shared, message: Message) -> Result<(), WebSocketError> {
    let mut message = Some(message);
    poll_fn(|cx| {
        shared.bell.attach(Party::Sender, cx);
        shared.link().poll_send(&mut message)
    })
    .await
}

async fn close(shared: &Shared, code: u16, reason: &str) {
    let may_be_sent = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
    let code = if may_be_sent { code } else { 1011 };
    poll_fn(|cx| {
        shared.bell.attach(Party::Sender, cx);
        let mut link = shared.link();
        std::task::ready!(link.poll_open());
        link.close(code, reason);
        link.tell();
        link.poll_flush()
    })
    .await;
}

macro_rules! stream {
    ($($ty:ident),*) => {
        $(
            /// The messages; at the end, or after an error, there are no more.
            impl Stream for $ty {
                type Item = Result<Message, WebSocketError>;

                fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                    if self.0.link().has_refused() {
                        return Poll::Ready(None);
                    }
                    poll_recv(&self.0, cx).map(Result::transpose)
                }
            }
        )*
    };
}

stream!(WebSocket, WebSocketReceiver);

impl Extract for WebSocket {
    const SOURCE: Source = Source::Session;

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        let shared = request.parts.extensions.get::<Arc<Shared>>();
        // Only the handler of a websocket takes one, and its requests have been looked at.
        let shared = shared.ok_or_else(|| Rejection::internal("there is no websocket in the request"))?;
        Ok(Self(Arc::clone(shared)))
    }

    fn describe(_: Subject, operation: &mut Operation) {
        let opened = "The websocket is open; over HTTP/2 the status is 200.";
        operation.replies.push(Reply::new(StatusCode::SWITCHING_PROTOCOLS, opened));
        operation.refusal(StatusCode::BAD_REQUEST, "The request opens a websocket, and is malformed.");
        operation.refusal(StatusCode::UPGRADE_REQUIRED, "The request does not open a websocket of version 13.");
    }
}

crate::extractor!(WebSocket);
