//! How is a request answered that has nothing to be told?

use di_core::{
    describe::{Replies, Reply},
    response::{IntoResponse, Response},
};
use http::StatusCode;

/// 204 without a body ([RFC 9110 §15.3.5](https://www.rfc-editor.org/rfc/rfc9110#section-15.3.5)): done, and there is
/// nothing to say.
///
/// ```
/// use di_server::prelude::*;
///
/// async fn delete_note(id: Path<u64>) -> NoContent {
///     NoContent
/// }
/// # assert_eq!(NoContent.into_response().status(), 204);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoContent;

impl IntoResponse for NoContent {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.push(Reply::new(StatusCode::NO_CONTENT, "It is done."));
    }
}
