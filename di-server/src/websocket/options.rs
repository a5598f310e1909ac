//! What may the websockets of a route do?

use std::{sync::Arc, time::Duration};

use di_core::{
    Executor,
    response::Response,
    scope::{Opens, Session},
};
use http::request::Parts;
use tungstenite::protocol::WebSocketConfig;

use super::handshake;

/// What the attribute says of a route's websockets; see [`#[websocket]`](macro@crate::websocket).
#[derive(Debug, Clone, Copy)]
pub struct WebSocketOptions {
    pub(super) protocols: &'static [&'static str],
    message_limit: usize,
    frame_limit: usize,
    ping: u32,
}

impl WebSocketOptions {
    /// What holds where the attribute says nothing.
    pub const DEFAULT: Self = Self { protocols: &[], message_limit: 1024 * 1024, frame_limit: 1024 * 1024, ping: 20 };

    /// The protocols that it speaks, the best first.
    #[must_use]
    pub const fn protocols(self, protocols: &'static [&'static str]) -> Self {
        Self { protocols, ..self }
    }

    /// How many bytes a message may have.
    #[must_use]
    pub const fn message_limit(self, bytes: usize) -> Self {
        Self { message_limit: bytes, ..self }
    }

    /// How many bytes a frame may have.
    #[must_use]
    pub const fn frame_limit(self, bytes: usize) -> Self {
        Self { frame_limit: bytes, ..self }
    }

    /// After how many seconds a peer is pinged, and again given up; never if that is 0.
    #[must_use]
    pub const fn ping(self, seconds: u32) -> Self {
        Self { ping: seconds, ..self }
    }

    pub(super) fn ping_interval(&self) -> Option<Duration> {
        (self.ping > 0).then(|| Duration::from_secs(self.ping.into()))
    }

    pub(super) fn config(&self) -> WebSocketConfig {
        WebSocketConfig::default()
            // The library's 128 KiB for each of the two would be the most of what an idle socket costs.
            .read_buffer_size(8 * 1024)
            .write_buffer_size(8 * 1024)
            .max_message_size(Some(self.message_limit))
            .max_frame_size(Some(self.frame_limit))
    }
}

impl Opens for WebSocketOptions {
    fn open(&self, parts: &mut Parts, executor: &Executor) -> Result<Arc<dyn Session>, Response> {
        let session = handshake::open(self, parts, executor)?;
        parts.extensions.insert(Arc::clone(&session));
        Ok(session)
    }
}
