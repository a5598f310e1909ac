use std::fmt;

use bytes::Bytes;
use di_core::response::Cause;
use http::{HeaderMap, StatusCode, response::Parts};
use serde::de::DeserializeOwned;

use super::differences::differences;

/// A response, read whole. Its assertions say which request was answered, and with what.
pub struct TestResponse {
    request: String,
    parts: Parts,
    body: Bytes,
}

impl TestResponse {
    pub(super) fn new(request: String, parts: Parts, body: Bytes) -> Self {
        Self { request, parts, body }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.parts.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The first header of this name, if there is one and it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// The body.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The body as text.
    ///
    /// # Panics
    ///
    /// If it is not UTF-8.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|error| panic!("{self} is not text: {error}"))
    }

    /// The body, read as JSON.
    ///
    /// # Panics
    ///
    /// If it is not the JSON of a `T`.
    #[must_use]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{self}\nis not what was expected: {error}"))
    }

    /// Asserts the status: `200`, or a [`StatusCode`].
    ///
    /// # Panics
    ///
    /// If it is another; the message has the body.
    #[track_caller]
    pub fn assert_status(&self, status: impl TryInto<StatusCode, Error: fmt::Debug>) -> &Self {
        let status = expected(status);
        assert!(self.parts.status == status, "expected status {} from {self}", status.as_u16());
        self
    }

    /// Asserts the whole body.
    ///
    /// # Panics
    ///
    /// If it is another.
    #[track_caller]
    pub fn assert_text(&self, text: &str) -> &Self {
        assert!(self.text() == text, "expected `{text}` from {self}");
        self
    }

    /// Asserts the body's JSON, whatever its layout.
    ///
    /// # Panics
    ///
    /// If it is another, or none.
    #[track_caller]
    pub fn assert_json(&self, expected: &serde_json::Value) -> &Self {
        let actual: serde_json::Value = self.json();
        let differences = differences(expected, &actual);
        assert!(differences.is_empty(), "the JSON differs:\n{differences}in the answer to {self}");
        self
    }

    /// Asserts a header.
    ///
    /// # Panics
    ///
    /// If it is another, or not there.
    #[track_caller]
    pub fn assert_header(&self, name: &str, value: &str) -> &Self {
        let actual = self.header(name);
        assert!(actual == Some(value), "expected header `{name}: {value}`, found {actual:?} in the answer to {self}");
        self
    }
}

impl fmt::Display for TestResponse {
    /// The request's line, the status, the headers and the body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "`{}`, answered with {}:", self.request, self.parts.status)?;
        for (name, value) in &self.parts.headers {
            writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        match std::str::from_utf8(&self.body) {
            Ok("") => f.write_str("(no body)"),
            Ok(body) => write!(f, "\n{body}"),
            Err(_) => write!(f, "\n({} bytes that are no text)", self.body.len()),
        }?;
        f.write_str(&because(&self.parts))
    }
}

/// The status that a test names.
#[track_caller]
pub(super) fn expected(status: impl TryInto<StatusCode, Error: fmt::Debug>) -> StatusCode {
    status.try_into().expect("a status has three digits")
}

/// What the client of a 500 is not told, on a line of its own.
pub(super) fn because(parts: &Parts) -> String {
    parts.extensions.get::<Cause>().map_or_else(String::new, |Cause(cause)| format!("\nbecause: {cause}"))
}

impl fmt::Debug for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
