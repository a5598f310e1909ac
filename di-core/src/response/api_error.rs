//! Which responses may an error become? Plain data, from which it answers and from which it is described.

use std::error::Error;

use http::{HeaderValue, StatusCode, header};

use super::{IntoResponse, Problem, Response, sources};
use crate::describe::Replies;

/// An error whose responses are known: what `#[derive(ApiError)]` writes down.
pub trait ApiErrors {
    /// Its responses, one for each variant.
    const ERRORS: &'static [ErrorEntry];
}

/// What becomes of one variant of an error.
#[derive(Debug, Clone, Copy)]
pub enum ErrorEntry {
    /// A response of its own.
    Response(ErrorResponse),
    /// It answers as what it holds does, which describes itself.
    Of(fn(&mut Replies)),
}

/// A response that an error becomes: a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The variant, as it is called in the log: `NoteError::Missing`.
    pub name: &'static str,
    /// The status, from 400 to 599.
    pub status: u16,
    /// The title; empty for that of the status.
    pub title: &'static str,
    /// The type, a URI; empty for `about:blank`.
    pub type_uri: &'static str,
    /// What the client is told of the occurrence.
    pub detail: ErrorDetail,
    /// `WWW-Authenticate`; empty for none.
    pub challenge: &'static str,
}

/// What a client is told of one occurrence of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorDetail {
    /// Nothing.
    Hidden,
    /// What the error's `Display` says; not its sources.
    Display,
    /// This.
    Text(&'static str),
}

impl ErrorEntry {
    /// Describes the responses of `entries`.
    pub fn describe(entries: &'static [Self], replies: &mut Replies) {
        for entry in entries {
            match entry {
                Self::Response(response) => {
                    let status = response.status_code();
                    let reason = status.canonical_reason().unwrap_or_default();
                    let title = if response.title.is_empty() { reason } else { response.title };
                    replies.problem(status, format!("{title}."));
                }
                Self::Of(describe) => describe(replies),
            }
        }
    }
}

impl ErrorResponse {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The response to `error`, which is logged with its sources if it is the server's fault.
    #[must_use]
    pub fn to(&self, error: &(dyn Error + 'static)) -> Response {
        let status = self.status_code();
        if status.is_server_error() {
            tracing::error!("`{}`: {error}{}", self.name, sources(error));
        } else if error.source().is_some() {
            tracing::debug!("`{}`: {error}{}", self.name, sources(error));
        }
        let mut problem = Problem::new(status);
        if !self.title.is_empty() {
            problem = problem.title(self.title);
        }
        if !self.type_uri.is_empty() {
            problem = problem.type_uri(self.type_uri);
        }
        if !self.challenge.is_empty() {
            match HeaderValue::from_str(self.challenge) {
                Ok(challenge) => problem = problem.header(header::WWW_AUTHENTICATE, challenge),
                Err(_) => tracing::error!("`{}`: `{}` cannot be in a header", self.name, self.challenge),
            }
        }
        match self.detail {
            ErrorDetail::Hidden => problem,
            ErrorDetail::Display => problem.detail(error.to_string()),
            ErrorDetail::Text(text) => problem.detail(text),
        }
        .into_response()
    }
}

/// `Self` may derive `ApiError`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` derives `ApiError` and is no error",
    label = "does not implement `std::error::Error`",
    note = "help: derive `thiserror::Error` too, or implement `Display` and `std::error::Error`"
)]
pub trait IsError {
    /// The response to this, one of its type's.
    fn answer(&self, entry: &ErrorEntry) -> Response;
}

#[diagnostic::do_not_recommend]
impl<E: Error + 'static> IsError for E {
    fn answer(&self, entry: &ErrorEntry) -> Response {
        match entry {
            ErrorEntry::Response(response) => response.to(self),
            ErrorEntry::Of(_) => unreachable!("what is transparent answers by itself"),
        }
    }
}

/// `Self` may be in a variant that is `#[api(transparent)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a response",
    label = "not a response",
    note = "help: derive `ApiError` for it, or implement `IntoResponse`; of what another crate's error is to answer, the variant says a status, `#[api(status = 502)]`"
)]
pub trait AnswersItself {
    /// The response to this.
    fn answered(self) -> Response;
}

#[diagnostic::do_not_recommend]
impl<T: IntoResponse> AnswersItself for T {
    fn answered(self) -> Response {
        self.into_response()
    }
}
