//! How is a client told that its request was refused?
//!
//! As a problem document ([RFC 9457]): a status, a title, a detail, and for invalid inputs one entry each that says
//! where and why.
//!
//! [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457

use std::{borrow::Cow, fmt, fmt::Write as _};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};

use super::{Body, IntoResponse, Response};
use crate::describe::{Replies, Reply, Status};

/// A refusal: rendered as `application/problem+json`.
///
/// ```
/// use di_core::response::{IntoResponse, Problem};
/// use http::StatusCode;
///
/// let response = Problem::new(StatusCode::FORBIDDEN).detail("admins only").into_response();
/// assert_eq!(response.headers()["content-type"], "application/problem+json");
/// ```
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    type_uri: Option<Cow<'static, str>>,
    title: Option<Cow<'static, str>>,
    detail: Option<Cow<'static, str>>,
    members: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    errors: Vec<InvalidInput>,
    headers: HeaderMap,
}

/// That of a status alone, so that `ok_or(StatusCode::NOT_FOUND)?` does where a problem is the error.
impl From<StatusCode> for Problem {
    fn from(status: StatusCode) -> Self {
        Self::new(status)
    }
}

impl Problem {
    /// A problem whose title is the status's reason phrase.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            type_uri: None,
            title: None,
            detail: None,
            members: Vec::new(),
            errors: Vec::new(),
            headers: HeaderMap::new(),
        }
    }

    /// The 422 that lists every invalid input of a request.
    #[must_use]
    pub fn invalid(errors: Vec<InvalidInput>) -> Self {
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY).detail("the request has invalid inputs");
        problem.errors = errors;
        problem
    }

    /// Says what kind of problem it is, for programs: a URI; without one, `about:blank`.
    #[must_use]
    pub fn type_uri(mut self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.type_uri = Some(uri.into());
        self
    }

    /// Says what kind of problem it is, for people; without a title, the status's reason phrase.
    #[must_use]
    pub fn title(mut self, title: impl Into<Cow<'static, str>>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Says what went wrong this time, for the reader of the response.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says which occurrence it is: a URI.
    #[must_use]
    pub fn instance(self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.member("instance", uri)
    }

    /// Adds a member of the document that is a text, such as the number of a trace; in place of another of that name.
    ///
    /// `type`, `title` and `detail` are what [`type_uri`](Self::type_uri), [`title`](Self::title) and [`detail`](Self::detail) set.
    ///
    /// # Panics
    ///
    /// If the name is `status` or `errors`, which are no texts.
    #[must_use]
    #[track_caller]
    pub fn member(mut self, name: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        let (name, text) = (name.into(), text.into());
        match &*name {
            "type" => return self.type_uri(text),
            "title" => return self.title(text),
            "detail" => return self.detail(text),
            "status" | "errors" => panic!("`{name}` of a problem is no text"),
            _ => {}
        }
        match self.members.iter_mut().find(|(other, _)| *other == name) {
            Some((_, other)) => *other = text,
            None => self.members.push((name, text)),
        }
        self
    }

    /// Adds a header to the response.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The response's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The type, a URI.
    #[must_use]
    pub fn as_type_uri(&self) -> &str {
        self.type_uri.as_deref().unwrap_or("about:blank")
    }

    /// The title.
    #[must_use]
    pub fn as_title(&self) -> &str {
        self.title.as_deref().or(self.status.canonical_reason()).unwrap_or("Error")
    }

    /// What went wrong this time, if that is told.
    #[must_use]
    pub fn as_detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The headers that the response is to have.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(crate) fn status_of(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The invalid inputs, in the order in which they were declared.
    #[must_use]
    pub fn errors(&self) -> &[InvalidInput] {
        &self.errors
    }

    fn json(&self) -> String {
        let mut json = String::with_capacity(128);
        json.push_str("{\"type\":");
        push_string(&mut json, self.as_type_uri());
        json.push_str(",\"title\":");
        push_string(&mut json, self.as_title());
        let _ = write!(json, ",\"status\":{}", self.status.as_u16());
        if let Some(detail) = &self.detail {
            json.push_str(",\"detail\":");
            push_string(&mut json, detail);
        }
        for (name, text) in &self.members {
            json.push(',');
            push_string(&mut json, name);
            json.push(':');
            push_string(&mut json, text);
        }
        if !self.errors.is_empty() {
            json.push_str(",\"errors\":[");
            for (i, error) in self.errors.iter().enumerate() {
                json.push_str(if i == 0 { "" } else { "," });
                error.push_json(&mut json);
            }
            json.push(']');
        }
        json.push('}');
        json
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = self.json();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        if crate::refusals::kept() {
            *response.headers_mut() = self.headers.clone();
            response.extensions_mut().insert(self);
        } else {
            *response.headers_mut() = self.headers;
        }
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }

    fn describe(replies: &mut Replies) {
        let reply = Reply::problem(StatusCode::INTERNAL_SERVER_ERROR, "A problem.");
        replies.push(reply.status(Status::Other));
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        self.errors.iter().try_for_each(|error| write!(f, "; {error}"))
    }
}

/// One invalid input of a request: where it was looked for and why it was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidInput {
    /// Where: `path`, `query`, `header`, `cookie` or `body`.
    pub location: &'static str,
    /// The input's name; for a body, the JSON pointer ([RFC 6901]) of the value, empty for the whole.
    ///
    /// [RFC 6901]: https://www.rfc-editor.org/rfc/rfc6901
    pub name: String,
    /// The kind of fault, for programs: `missing`, `invalid`, `repeated`.
    pub kind: &'static str,
    /// What is wrong, for people.
    pub message: String,
}

impl InvalidInput {
    /// An input that has to be there and is not.
    pub fn missing(location: &'static str, name: impl Into<String>) -> Self {
        Self { location, name: name.into(), kind: "missing", message: "is required".into() }
    }

    /// An input that is there and cannot be read as its type.
    pub fn invalid(location: &'static str, name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { location, name: name.into(), kind: "invalid", message: message.into() }
    }

    fn push_json(&self, json: &mut String) {
        json.push_str("{\"in\":");
        push_string(json, self.location);
        json.push_str(if self.location == "body" { ",\"pointer\":" } else { ",\"name\":" });
        push_string(json, &self.name);
        json.push_str(",\"kind\":");
        push_string(json, self.kind);
        json.push_str(",\"detail\":");
        push_string(json, &self.message);
        json.push('}');
    }
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` {}", self.location, self.name, self.message)
    }
}

/// Appends `s` as a JSON string ([RFC 8259 §7](https://www.rfc-editor.org/rfc/rfc8259#section-7)).
fn push_string(json: &mut String, s: &str) {
    json.push('"');
    for c in s.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(json, "\\u{:04x}", u32::from(c));
            }
            c => json.push(c),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_and_why_for_each_invalid_input() {
        let problem = Problem::invalid(vec![
            InvalidInput::missing("query", "page"),
            InvalidInput::invalid("body", "/age", "expected `u8`, got \"x\"\n"),
        ]);
        assert_eq!(
            problem.json(),
            "{\"type\":\"about:blank\",\"title\":\"Unprocessable Entity\",\"status\":422,\
             \"detail\":\"the request has invalid inputs\",\"errors\":[\
             {\"in\":\"query\",\"name\":\"page\",\"kind\":\"missing\",\"detail\":\"is required\"},\
             {\"in\":\"body\",\"pointer\":\"/age\",\"kind\":\"invalid\",\
             \"detail\":\"expected `u8`, got \\\"x\\\"\\u000a\"}]}"
        );
    }

    #[test]
    fn has_each_member_once() {
        let problem = Problem::new(StatusCode::CONFLICT).member("trace", "1").instance("/a").member("title", "Taken");
        let problem = problem.member("trace", "2").instance("/b");
        assert_eq!(
            problem.json(),
            "{\"type\":\"about:blank\",\"title\":\"Taken\",\"status\":409,\"trace\":\"2\",\"instance\":\"/b\"}"
        );
    }

    #[test]
    #[should_panic(expected = "`status` of a problem is no text")]
    fn has_its_own_status() {
        let _ = Problem::new(StatusCode::CONFLICT).member("status", "200");
    }
}
