//! What are websockets made of?
//!
//! A route with [`#[websocket]`](macro@crate::websocket) has them. Its handshake looks at a request before anything is built
//! for it; the engine then builds what the handler depends on, and a refusal is a plain response. After that the head goes out,
//! the handler runs in a task of its own with a [`WebSocket`], and when it has returned the `session` comes to its end. The
//! protocol itself is [tungstenite](https://docs.rs/tungstenite)'s, which is driven over a connection that does not block
//! by the `link`.

mod bell;
mod error;
mod handshake;
mod io;
mod link;
mod message;
mod options;
mod session;
mod socket;

pub(crate) use self::{
    bell::{Bell, Party},
    handshake::{Claim, KEY, PROTOCOL, VERSION},
    io::{Adapter, Io},
};
pub use self::{
    error::WebSocketError,
    message::{Message, Text},
    options::WebSocketOptions,
    socket::{WebSocket, WebSocketReceiver, WebSocketSender},
};
