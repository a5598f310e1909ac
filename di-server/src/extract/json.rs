//! How is JSON read from a body and sent in one?

use std::cell::Cell;

use bytes::Bytes;
use di_core::{
    Body,
    describe::{Operation, Replies, Subject},
    graph::{Extract, Rejection, RequestView, Source},
    response::{IntoResponse, Problem, Response, unexplained, with_type},
};
use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    content_type::{is_no_json, require_json},
    json_error,
    wrapper::wrapper,
};

/// What a response's buffer starts with, in bytes.
const CAPACITY: usize = 128;

/// The largest response whose buffer a thread keeps, in bytes.
const KEPT: usize = 16 << 10;

thread_local! {
    /// What the last response was written in.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

wrapper! {
    /// Reads the body as JSON; as what a handler returns, sends its value as JSON.
    ///
    /// # Errors
    ///
    /// - 415 if the content type is neither `application/json` nor ends in `+json`, or there is a body without one;
    /// - 400 if the body is empty or no JSON, with line and column;
    /// - an entry of the request's 422 with the JSON pointer of the value that is not as `T` wants it.
    ///
    /// With neither a body nor a content type it is absent: `Option<Json<T>>` is `None`. A response whose value cannot be
    /// serialised is a 500; the log says why.
    ///
    /// # Examples
    ///
    /// ```
    /// use di_core::response::IntoResponse;
    /// use di_server::extract::Json;
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize)]
    /// struct User {
    ///     name: &'static str,
    /// }
    ///
    /// let response = Json(User { name: "Ada" }).into_response();
    /// assert_eq!(response.headers()["content-type"], "application/json");
    /// ```
    Json,
    "`_` must be `serde::Deserialize`; help: add `#[derive(serde::Deserialize)]` to it"
}

impl<T: DeserializeOwned + Send + 'static> Extract for Json<T> {
    const SOURCE: Source = Source::Body;
    const REFUSES: Option<fn(&HeaderMap) -> bool> = Some(is_no_json);

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        let body = request.body.map_or(&[][..], |body| body);
        let headers = &request.parts.headers;
        if body.is_empty() && !headers.contains_key(CONTENT_TYPE) {
            return Err(empty().absent());
        }
        require_json(headers)?;
        if body.is_empty() {
            return Err(empty());
        }
        serde_json::from_slice(body).map(Self).map_err(|error| json_error::rejection::<T>(body, &error))
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        operation
            .body("application/json", subject)
            .refusal(StatusCode::BAD_REQUEST, "The body is no JSON.")
            .refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body does not say that it is JSON.")
            .invalid();
    }
}

fn empty() -> Rejection {
    Rejection::refused(Problem::new(StatusCode::BAD_REQUEST).detail("the body is empty, expected JSON"))
}

impl<T: Serialize> IntoResponse for Json<T> {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        let mut json = SPARE.try_with(Cell::take).unwrap_or_default();
        json.reserve(CAPACITY);
        match serde_json::to_writer(&mut json, &self.0) {
            Ok(()) => with_type(const { HeaderValue::from_static("application/json") }, body(json)),
            Err(error) => unserialisable::<T>(&error),
        }
    }

    fn describe(replies: &mut Replies) {
        replies.ok("application/json", replies.schema());
    }
}

/// A copy, which is as large as it has to be, or what is too large for one.
fn body(mut json: Vec<u8>) -> Body {
    if json.len() > KEPT {
        return json.into();
    }
    let body = Bytes::copy_from_slice(&json).into();
    json.clear();
    // A thread that is about to end keeps nothing.
    let _ = SPARE.try_with(|spare| spare.set(json));
    body
}

fn unserialisable<T>(error: &serde_json::Error) -> Response {
    unexplained(format!("`{}` could not be sent as JSON: {error}", std::any::type_name::<T>()))
}
