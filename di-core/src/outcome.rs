//! How did a request end, as its teardowns see it?

use http::StatusCode;

/// How a request ended; handed to every teardown.
///
/// It is fixed once the handler's response or a refusal is known; a teardown that fails changes what later ones see.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The handler's response, with a status below 400.
    Success(StatusCode),
    /// The handler's response with a status of 400 or more; or its `Err`, a refusal, or a teardown that has failed, whatever the status:
    /// a redirect to a login is an error too.
    Error(StatusCode),
    /// The handler, a provider or an earlier teardown panicked.
    Panic,
    /// The client went away, or the server shut down, before there was a response; of singletons, the application did not
    /// come to start.
    Cancelled,
    /// A session has ended, such as a websocket's, with this code of its protocol
    /// ([RFC 6455 §7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4)): that with which its peer has closed it, or else
    /// that with which it is about to be closed, 1011 if its handler has failed; 1006 if the connection broke.
    Closed {
        /// The code.
        code: u16,
    },
    /// The application has ended: what the teardown of a singleton is told.
    Shutdown,
}

impl Outcome {
    /// The outcome of a request whose handler has answered with `status`.
    #[must_use]
    pub fn of(status: StatusCode) -> Self {
        if status.as_u16() < 400 { Self::Success(status) } else { Self::Error(status) }
    }

    /// Whether the request succeeded: what a transaction asks before it commits. A session has if it came to a regular end:
    /// closed with the code 1000 or 1001, or by its peer without a code.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success(_) | Self::Closed { code: 1000 | 1001 | 1005 })
    }
}
