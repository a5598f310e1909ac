//! How is a body saved instead of shown?

use std::fmt::Write as _;

use di_core::{
    describe::{Reply, Schema},
    response::{IntoResponseParts, Response},
};
use http::{HeaderValue, header::CONTENT_DISPOSITION};

/// Makes browsers save the body, under a name if there is one: a `Content-Disposition`
/// ([RFC 6266](https://www.rfc-editor.org/rfc/rfc6266)), to be put before the body in a tuple.
///
/// No name can leave its header: control characters become `_`, and what is not ASCII is sent percent-encoded, with a name of
/// ASCII beside it for old clients.
///
/// ```
/// use di_server::prelude::*;
///
/// let response = (Attachment::named("Bücher.txt"), "Momo").into_response();
/// let expected = "attachment; filename=\"B_cher.txt\"; filename*=UTF-8''B%C3%BCcher.txt";
/// assert_eq!(response.headers()["content-disposition"], expected);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment(HeaderValue);

impl Attachment {
    /// Saved under a name of the client's choice.
    #[must_use]
    pub fn unnamed() -> Self {
        Self(HeaderValue::from_static("attachment"))
    }

    /// Saved as `name`.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(disposition("attachment", name))
    }

    /// Shown, and if it is saved after all then as `name`.
    #[must_use]
    pub fn shown(name: &str) -> Self {
        Self(disposition("inline", name))
    }
}

impl IntoResponseParts for Attachment {
    fn into_response_parts(self, response: &mut Response) {
        response.headers_mut().insert(CONTENT_DISPOSITION, self.0);
    }

    fn describe(reply: Reply) -> Reply {
        reply.header("content-disposition", "Whether to save it, and under which name.", Schema::STRING)
    }
}

fn disposition(kind: &str, name: &str) -> HeaderValue {
    // A name has no folders: some clients would save it there.
    let name = name.replace(|c: char| c.is_control() || c == '/', "_");
    // A `%` would be decoded by some clients and not by others.
    let simple = name.replace(|c: char| !matches!(c, ' '..='~') || matches!(c, '"' | '\\' | '%'), "_");
    let mut value = format!("{kind}; filename=\"{simple}\"");
    if simple != name {
        value.push_str("; filename*=UTF-8''");
        for &byte in name.as_bytes() {
            // RFC 8187, attr-char.
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => value.push(char::from(byte)),
                b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~' => {
                    value.push(char::from(byte));
                }
                _ => {
                    let _ = write!(value, "%{byte:02X}");
                }
            }
        }
    }
    HeaderValue::try_from(value).expect("what is left is printable ASCII")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_quoted() {
        for (name, expected) in [
            ("a b.txt", "attachment; filename=\"a b.txt\""),
            ("a\"b\\.txt", "attachment; filename=\"a_b_.txt\"; filename*=UTF-8''a%22b%5C.txt"),
            ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
            ("a\r\nSet-Cookie: x", "attachment; filename=\"a__Set-Cookie: x\""),
            ("../a.txt", "attachment; filename=\".._a.txt\""),
            ("", "attachment; filename=\"\""),
        ] {
            assert_eq!(Attachment::named(name).0, expected);
        }
        assert_eq!(Attachment::unnamed().0, "attachment");
        assert_eq!(Attachment::shown("a").0, "inline; filename=\"a\"");
    }

    proptest! {
        #[test]
        fn no_name_leaves_its_header(name in any::<String>()) {
            let value = Attachment::named(&name).0;
            let text = value.to_str().expect("ASCII");
            prop_assert_eq!(text.matches('"').count(), 2);
        }
    }
}
