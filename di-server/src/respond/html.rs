//! How is HTML sent?

use di_core::{
    describe::{Replies, Reply},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header::CONTENT_TYPE};

/// Sends its content as `text/html; charset=utf-8`.
///
/// The content is sent as it is: what comes from elsewhere has to be escaped by whoever puts it there, which template
/// engines do.
///
/// ```
/// use di_server::prelude::*;
///
/// let response = Html("<h1>Hello</h1>").into_response();
/// assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Html<T>(pub T);

impl<T: IntoResponse> IntoResponse for Html<T> {
    const IS_SUCCESS: bool = T::IS_SUCCESS;

    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response
    }

    fn describe(replies: &mut Replies) {
        let html = |mut reply: Reply| {
            reply.content.iter_mut().for_each(|(media_type, _)| *media_type = "text/html");
            reply
        };
        replies.changed(T::describe, html);
    }
}

impl<T> From<T> for Html<T> {
    fn from(content: T) -> Self {
        Self(content)
    }
}
