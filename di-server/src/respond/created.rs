//! How does a client learn that there is something new, and where?

use std::fmt;

use di_core::{
    describe::{HasSchema, Replies, Reply, Schema, Status},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::LOCATION};

use super::redirect::location;

/// 201 ([RFC 9110 §15.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.3.2)) with the new thing, or nothing, as body; and with a
/// `Location`, unless the new thing is where the request went. What `T` refuses, as an `Option` does that is `None`, stays as it is.
///
/// ```
/// use di_server::prelude::*;
///
/// let response = Created::at("/notes/7", Json("milk")).into_response();
/// assert_eq!(response.status(), 201);
/// assert_eq!(response.headers()["location"], "/notes/7");
///
/// let response = Created::new(Json("milk")).into_response();
/// assert_eq!(response.status(), 201);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created<T = ()> {
    location: Option<HeaderValue>,
    body: T,
}

impl<T> Created<T> {
    /// Says that `body` has been created, and not where it is.
    pub fn new(body: T) -> Self {
        Self { location: None, body }
    }

    /// Says that `body` is at `location`, which is escaped as [`Redirect`](super::Redirect) does.
    pub fn at(location: impl fmt::Display, body: T) -> Self {
        Self { location: Some(self::location(&location)), body }
    }
}

impl<T: IntoResponse> IntoResponse for Created<T> {
    const IS_SUCCESS: bool = T::IS_SUCCESS;

    fn into_response(self) -> Response {
        let mut response = self.body.into_response();
        if !response.status().is_success() {
            return response;
        }
        *response.status_mut() = StatusCode::CREATED;
        if let Some(location) = self.location {
            response.headers_mut().insert(LOCATION, location);
        }
        response
    }

    fn describe(replies: &mut Replies) {
        let created = |reply: Reply| {
            if !reply.status.is_success() {
                return reply;
            }
            let reply = Reply { description: "It has been created.".into(), ..reply };
            reply.status(Status::Code(StatusCode::CREATED)).header("location", "Where it is.", Schema::STRING)
        };
        replies.changed(T::describe, created);
    }
}

impl<T: HasSchema> HasSchema for Created<T> {
    const SCHEMA: Schema = T::SCHEMA;
}
