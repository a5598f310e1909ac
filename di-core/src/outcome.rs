//! How did a request end, as its teardowns see it?

use http::StatusCode;

/// How a request ended; handed to every teardown.
///
/// It is fixed once the handler's response or a refusal is known; a teardown that fails changes what later ones see.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A response with a status below 400.
    Success(StatusCode),
    /// A refusal, or a response with a status of 400 or more.
    Error(StatusCode),
    /// The handler, a provider or an earlier teardown panicked.
    Panic,
    /// The client went away, or the server shut down, before there was a response; of singletons, the application did not
    /// come to start.
    Cancelled,
    /// The application has ended: what the teardown of a singleton is told.
    Shutdown,
}

impl Outcome {
    /// The outcome of a request answered with `status`.
    #[must_use]
    pub fn of(status: StatusCode) -> Self {
        if status.as_u16() < 400 { Self::Success(status) } else { Self::Error(status) }
    }

    /// Whether the request succeeded: what a transaction asks before it commits.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success(_))
    }
}
