use std::{future::ready, time::SystemTime};

use di_core::{
    describe::{HasSchema, Replies, Reply, Schema},
    response::{IntoResponse, Response, later},
};
use http::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_LOCATION, EXPIRES, VARY},
};

use super::{
    ETag,
    preconditions::{Validators, Verdict, evaluate, precondition_failed},
};

/// A value with what names its version: sent with `ETag` and `Last-Modified`, or not at all to a client that has it.
///
/// To a `GET` or `HEAD` the answer is 304 if `If-None-Match` or `If-Modified-Since` says that the client has this version, and 412
/// if `If-Match` or `If-Unmodified-Since` asks for another. To other methods the value goes out as it is: by then it is too late,
/// and [`Preconditions`](super::Preconditions) are what to ask for.
///
/// ```
/// # use di_server::prelude::*;
/// # #[derive(Container)]
/// # pub struct App {}
/// #[get("/note")]
/// async fn note() -> Tagged<Json<&'static str>> {
///     Tagged::new(ETag::strong(7), Json("milk"))
/// }
/// # static TABLE: Table<App> = table![note];
/// # #[tokio::main]
/// # async fn main() {
/// # let client = TestClient::new(App::builder().build().await.unwrap(), &TABLE);
///
/// client.get("/note").await.assert_status(200).assert_header("etag", "\"7\"");
/// client.get("/note").header("If-None-Match", "\"7\"").await.assert_status(304);
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a value is sent by being returned"]
pub struct Tagged<T> {
    value: T,
    validators: Validators,
}

impl<T> Tagged<T> {
    /// This version of a value.
    pub fn new(etag: ETag, value: T) -> Self {
        Self { value, validators: Validators { etag: Some(etag), modified: None } }
    }

    /// A value that was last changed at `modified`, of which whole seconds count.
    pub fn modified(modified: SystemTime, value: T) -> Self {
        Self { value, validators: Validators { etag: None, modified: Some(modified) } }
    }

    /// Says too when the value was last changed.
    pub fn modified_at(mut self, modified: SystemTime) -> Self {
        self.validators.modified = Some(modified);
        self
    }
}

impl<T: IntoResponse> IntoResponse for Tagged<T> {
    const IS_SUCCESS: bool = T::IS_SUCCESS;

    fn into_response(self) -> Response {
        let mut response = self.value.into_response();
        let validators = self.validators;
        validators.set(response.headers_mut());
        if response.status() != StatusCode::OK {
            return response;
        }
        later(move |asked| {
            let reads = asked.parts.method == http::Method::GET || asked.parts.method == http::Method::HEAD;
            let verdict = if reads && asked.status == StatusCode::OK {
                evaluate(&asked.parts.method, &asked.parts.headers, &validators)
            } else {
                Verdict::Go
            };
            ready(match verdict {
                Verdict::Go => response,
                Verdict::NotModified => not_modified(response, &validators),
                Verdict::Failed => precondition_failed().into_response(),
            })
        })
    }

    fn describe(replies: &mut Replies) {
        replies.changed(T::describe, |reply| reply.header("etag", "Its version.", Schema::STRING));
        replies.push(Reply::new(StatusCode::NOT_MODIFIED, "The client has this version."));
        replies.problem(StatusCode::PRECONDITION_FAILED, "The client asks for another version.");
    }
}

impl<T: HasSchema> HasSchema for Tagged<T> {
    const SCHEMA: Schema = T::SCHEMA;
}

/// The 304 in the place of a response, with those of its headers that caches need
/// ([RFC 9110 §15.4.5](https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5)).
fn not_modified(response: Response, validators: &Validators) -> Response {
    let mut answer = StatusCode::NOT_MODIFIED.into_response();
    for name in [CACHE_CONTROL, CONTENT_LOCATION, EXPIRES, VARY] {
        for value in response.headers().get_all(&name) {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    validators.set(answer.headers_mut());
    answer
}
