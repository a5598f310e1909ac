//! How does a client learn that its request is still to be dealt with?

use di_core::{
    describe::{HasSchema, Replies, Reply, Schema, Status},
    response::{IntoResponse, Response},
};
use http::StatusCode;

/// 202 ([RFC 9110 §15.3.3](https://www.rfc-editor.org/rfc/rfc9110#section-15.3.3)): what was asked for will be done, and `T`, or nothing,
/// tells how far it is. What `T` refuses stays as it is.
///
/// ```
/// use di_server::prelude::*;
///
/// let response = Accepted(Json("queued")).into_response();
/// assert_eq!(response.status(), 202);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accepted<T = ()>(pub T);

impl<T: IntoResponse> IntoResponse for Accepted<T> {
    const IS_SUCCESS: bool = T::IS_SUCCESS;

    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        if response.status().is_success() {
            *response.status_mut() = StatusCode::ACCEPTED;
        }
        response
    }

    fn describe(replies: &mut Replies) {
        let accepted = |reply: Reply| {
            if !reply.status.is_success() {
                return reply;
            }
            Reply { description: "It will be done.".into(), ..reply }.status(Status::Code(StatusCode::ACCEPTED))
        };
        replies.changed(T::describe, accepted);
    }
}

impl<T: HasSchema> HasSchema for Accepted<T> {
    const SCHEMA: Schema = T::SCHEMA;
}
