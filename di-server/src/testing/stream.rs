use std::{fmt, future::poll_fn, pin::Pin};

use bytes::{Bytes, BytesMut};
use di_core::Body;
use http::{HeaderMap, StatusCode, response::Parts};
use http_body::Body as _;
use serde::de::DeserializeOwned;

use super::{
    TestResponse,
    response::{because, expected},
};

/// A response whose body is read piece by piece, as it comes.
///
/// Dropping it is what a client does that goes away.
pub struct TestStream {
    request: String,
    parts: Parts,
    body: Body,
    /// What has come and was not asked for yet.
    ahead: BytesMut,
}

/// One event of a stream of events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestEvent {
    /// Its type; `message` where it has none.
    pub event: String,
    /// Its data, lines joined by line breaks.
    pub data: String,
    /// Its id, if it has one.
    pub id: Option<String>,
}

impl TestStream {
    pub(super) fn new(request: String, parts: Parts, body: Body) -> Self {
        Self { request, parts, body, ahead: BytesMut::new() }
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

    /// Asserts the status: `200`, or a [`StatusCode`].
    ///
    /// # Panics
    ///
    /// If it is another.
    #[track_caller]
    pub fn assert_status(&self, status: impl TryInto<StatusCode, Error: fmt::Debug>) -> &Self {
        let status = expected(status);
        let Self { request, parts, .. } = self;
        let (got, because) = (parts.status, because(parts));
        assert!(got == status, "expected status {} from `{request}`, got {got}{because}", status.as_u16());
        self
    }

    /// The next bytes that come, as they come; `None` at the end.
    ///
    /// # Panics
    ///
    /// If the body breaks off.
    pub async fn chunk(&mut self) -> Option<Bytes> {
        if !self.ahead.is_empty() {
            return Some(self.ahead.split().freeze());
        }
        loop {
            match poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx)).await? {
                Ok(frame) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Some(data),
                    _ => {}
                },
                Err(error) => panic!("the body of the response to `{}` broke off: {error}", self.request),
            }
        }
    }

    /// The next line, without its end; `None` at the end.
    ///
    /// # Panics
    ///
    /// If the body breaks off, or the line is no text.
    pub async fn line(&mut self) -> Option<String> {
        let mut line = BytesMut::new();
        loop {
            let Some(chunk) = self.chunk().await else {
                return (!line.is_empty()).then(|| self.text(&line));
            };
            if let Some(end) = chunk.iter().position(|byte| *byte == b'\n') {
                line.extend_from_slice(&chunk[..end]);
                self.ahead = BytesMut::from(&chunk[end + 1..]);
                let line = line.strip_suffix(b"\r").unwrap_or(&line);
                return Some(self.text(line));
            }
            line.extend_from_slice(&chunk);
        }
    }

    fn text(&self, bytes: &[u8]) -> String {
        let text = std::str::from_utf8(bytes);
        text.unwrap_or_else(|error| panic!("a line of the response to `{}` is no text: {error}", self.request))
            .to_owned()
    }

    /// The next item of a stream of lines of JSON, such as that of [`Ndjson`](crate::Ndjson); `None` at the end.
    ///
    /// # Panics
    ///
    /// If the body breaks off, or the line is not the JSON of a `T`.
    pub async fn item<T: DeserializeOwned>(&mut self) -> Option<T> {
        let line = self.line().await?;
        let item = serde_json::from_str(&line);
        Some(item.unwrap_or_else(|error| {
            panic!("the line `{line}` of the response to `{}` is not what was expected: {error}", self.request)
        }))
    }

    /// The next event of a stream of events, such as that of [`Sse`](crate::Sse); comments are skipped, `None` is the end.
    ///
    /// # Panics
    ///
    /// If the body breaks off, or is no text.
    pub async fn event(&mut self) -> Option<TestEvent> {
        let (mut event, mut data, mut any) = (TestEvent::default(), Vec::new(), false);
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                if !any {
                    continue;
                }
                event.data = data.join("\n");
                if event.event.is_empty() {
                    "message".clone_into(&mut event.event);
                }
                return Some(event);
            }
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
            any |= matches!(field, "event" | "data" | "id");
            match field {
                "event" => event.event = value,
                "data" => data.push(value),
                "id" => event.id = Some(value),
                _ => {}
            }
        }
    }

    /// What is left, read whole.
    ///
    /// # Panics
    ///
    /// If the body breaks off.
    pub async fn finish(mut self) -> TestResponse {
        let mut rest = BytesMut::new();
        while let Some(chunk) = self.chunk().await {
            rest.extend_from_slice(&chunk);
        }
        TestResponse::new(self.request, self.parts, rest.freeze())
    }
}

impl fmt::Debug for TestStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestStream(`{}`, answered with {})", self.request, self.parts.status)
    }
}
