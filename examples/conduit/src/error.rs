//! How a client is told that its request was refused: `{"errors": {"body": ["title can't be blank"]}}`.
//!
//! Each module has an error type of what can go wrong in it, so that the document of an operation lists that and no more. Here is
//! what they share, and the one form that every refusal gets on its way out, those of the framework too.

use di_server::{http::request::Parts, openapi::OpenApi, prelude::*};
use serde_json::json;

/// There is no such article, comment or profile.
#[derive(Debug, thiserror::Error, ApiError)]
#[error("{0} not found")]
#[api(status = 404)]
pub(crate) struct NotFound(pub(crate) &'static str);

/// It is there, and is not the user's to change.
#[derive(Debug, thiserror::Error, ApiError)]
#[error("only its author may change this {0}")]
#[api(status = 403)]
pub(crate) struct Forbidden(pub(crate) &'static str);

/// What is to be unique is there already.
#[derive(Debug, thiserror::Error, ApiError)]
#[error("{0} has already been taken")]
#[api(status = 409)]
pub(crate) struct Taken(pub(crate) &'static str);

/// The form of all refusals: `Settings::refusals`.
pub(crate) fn in_form(problem: Problem, _: &Parts) -> Response {
    let messages: Vec<String> = match problem.errors() {
        [] => vec![problem.as_detail().unwrap_or(problem.as_title()).to_owned()],
        invalid => invalid.iter().map(|input| format!("{} {}", field(&input.name), input.message)).collect(),
    };
    let mut response = (problem.status(), Json(json!({"errors": {"body": messages}}))).into_response();
    // What the refusal has of these is kept.
    let said = match problem.status() {
        StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Token")),
        StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, "1")),
        _ => None,
    };
    if let Some((name, value)) = said.filter(|(name, _)| !problem.headers().contains_key(name)) {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `title` of `/article/title`, `tagList` of `/article/tagList/0`, and `limit` of `limit`.
fn field(name: &str) -> &str {
    let is_index = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    name.rsplit('/').find(|part| !is_index(part)).unwrap_or("body")
}

/// The document says so too.
pub(crate) fn describe(document: OpenApi) -> OpenApi {
    let messages = json!({"type": "array", "items": {"type": "string"}});
    let errors = json!({"type": "object", "required": ["body"], "properties": {"body": messages}});
    let schema = json!({"type": "object", "required": ["errors"], "properties": {"errors": errors}});
    document.refusals("application/json", "GenericErrorModel", schema)
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_field_is_named_as_in_the_document() {
        for (name, expected) in [
            ("/article/title", "title"),
            ("/article/tagList/0", "tagList"),
            ("limit", "limit"),
            ("/", "body"),
            ("", "body"),
        ] {
            assert_eq!(field(name), expected, "{name}");
        }
    }
}
