//! Does a body say that it is what it is read as?

use di_core::{graph::Rejection, response::Problem};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};

use super::values::clip;

/// How much of a content type is repeated to who sent it.
const SHOWN: usize = 64;

const FORM: &str = "application/x-www-form-urlencoded";

/// Refuses a body that does not say it is JSON: `application/json`, or any type with the suffix `+json` ([RFC 6839 §3.1]).
///
/// A body without a type is refused too, as a browser sends one across origins without asking first.
///
/// [RFC 6839 §3.1]: https://www.rfc-editor.org/rfc/rfc6839#section-3.1
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Rejection> {
    require(headers, "application/json", is_json)
}

/// Whether a body says that it is something else.
pub(super) fn is_no_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| !is_json(value))
}

/// Whether a body says that it is something else.
pub(super) fn is_no_form(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| !is_form(value))
}

/// Refuses a body that does not say it is a form-encoded one: `application/x-www-form-urlencoded`.
pub(super) fn require_form(headers: &HeaderMap) -> Result<(), Rejection> {
    require(headers, FORM, is_form)
}

/// Refuses a body that does not say it is in parts: `multipart/form-data`.
#[cfg(feature = "multipart")]
pub(super) fn require_multipart(headers: &HeaderMap) -> Result<(), Rejection> {
    let expected = "multipart/form-data";
    require(headers, expected, |value| essence(value).eq_ignore_ascii_case(b"multipart/form-data"))
}

fn require(headers: &HeaderMap, expected: &'static str, is: fn(&HeaderValue) -> bool) -> Result<(), Rejection> {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Err(unsupported(format!("the body has no content type, expected `{expected}`"), expected));
    };
    if is(value) {
        return Ok(());
    }
    let got = clip(&String::from_utf8_lossy(value.as_bytes()), SHOWN);
    Err(unsupported(format!("expected the content type `{expected}`, got `{got}`"), expected))
}

/// A content type without its parameters.
fn essence(value: &HeaderValue) -> &[u8] {
    value.as_bytes().split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii()
}

fn is_form(value: &HeaderValue) -> bool {
    essence(value).eq_ignore_ascii_case(FORM.as_bytes())
}

fn is_json(value: &HeaderValue) -> bool {
    let essence = essence(value);
    let Some(slash) = essence.iter().position(|&byte| byte == b'/') else { return false };
    let (class, subtype) = (&essence[..slash], &essence[slash + 1..]);
    let json = class.eq_ignore_ascii_case(b"application") && subtype.eq_ignore_ascii_case(b"json");
    let suffix = subtype.len().checked_sub(b"+json".len()).map(|at| subtype.split_at(at));
    json || suffix
        .is_some_and(|(name, suffix)| !class.is_empty() && !name.is_empty() && suffix.eq_ignore_ascii_case(b"+json"))
}

/// A 415 that says what would do ([RFC 9110 §15.5.16](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16)).
fn unsupported(detail: String, expected: &'static str) -> Rejection {
    let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail(detail);
    Rejection::refused(problem.header(ACCEPT, HeaderValue::from_static(expected)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_by_type_or_suffix() {
        let rows = [
            ("application/json", true),
            ("Application/JSON", true),
            ("application/json; charset=utf-8", true),
            ("application/json;charset=utf-8", true),
            ("application/json ;x", true),
            ("application/problem+json", true),
            ("application/vnd.api+JSON", true),
            ("text/x+json", true),
            ("text/json", false),
            ("application/jsonp", false),
            ("application/+json", false),
            ("/x+json", false),
            ("json", false),
            ("", false),
            ("text/plain; application/json", false),
        ];
        for (value, expected) in rows {
            assert_eq!(is_json(&HeaderValue::from_static(value)), expected, "{value}");
        }
    }
}
