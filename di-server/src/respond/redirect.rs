//! How is a client sent elsewhere?

use std::fmt::{self, Write as _};

use di_core::{
    describe::{Replies, Reply, Schema, Status},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::LOCATION};

/// Sends the client to another URI ([RFC 9110 §15.4](https://www.rfc-editor.org/rfc/rfc9110#section-15.4)).
///
/// The target is whatever can be written: text, an [`http::Uri`], a URL. What no URI may have (line breaks and other control
/// characters, spaces, quotes, `\`, characters beyond ASCII) is percent-encoded, so that no target can add a header. Where
/// a target *leads* is not judged: one that a client has given should be compared with those that are meant.
///
/// ```
/// use di_server::prelude::*;
///
/// let response = Redirect::to("/notes/7").into_response();
/// assert_eq!(response.status(), 303);
/// assert_eq!(response.headers()["location"], "/notes/7");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a redirect does nothing unless it is returned"]
pub struct Redirect {
    status: StatusCode,
    location: HeaderValue,
}

impl Redirect {
    /// 303: the answer is at `target`, to be had by `GET`. What a form's handler returns.
    pub fn to(target: impl fmt::Display) -> Self {
        Self::see_other(target)
    }

    /// 303, as [`to`](Self::to).
    pub fn see_other(target: impl fmt::Display) -> Self {
        Self::with(StatusCode::SEE_OTHER, &target)
    }

    /// 307: this time the request is to be repeated at `target`, with the same method and body.
    pub fn temporary(target: impl fmt::Display) -> Self {
        Self::with(StatusCode::TEMPORARY_REDIRECT, &target)
    }

    /// 308: from now on the request belongs to `target`, with the same method and body. Clients remember it.
    pub fn permanent(target: impl fmt::Display) -> Self {
        Self::with(StatusCode::PERMANENT_REDIRECT, &target)
    }

    fn with(status: StatusCode, target: &dyn fmt::Display) -> Self {
        Self { status, location: location(target) }
    }

    /// The status: 303, 307 or 308.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The target, as it is sent.
    #[must_use]
    pub fn location(&self) -> &str {
        self.location.to_str().expect("a location is ASCII")
    }
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.headers_mut().insert(LOCATION, self.location);
        response
    }

    fn describe(replies: &mut Replies) {
        let reply = Reply::new(StatusCode::SEE_OTHER, "It is elsewhere.").status(Status::Redirection);
        replies.push(reply.header("location", "Where.", Schema::STRING));
    }
}

/// A URI as a header's value: what no URI may have is percent-encoded, a `%` is taken to be one of an encoding already
/// ([RFC 3986 §2](https://www.rfc-editor.org/rfc/rfc3986#section-2)).
pub(super) fn location(target: &dyn fmt::Display) -> HeaderValue {
    let mut location = Escaping(String::new());
    // Only a target whose own `Display` fails could make this fail: what it wrote until then is kept.
    let _ = write!(location, "{target}");
    HeaderValue::try_from(location.0).expect("what is left is printable ASCII")
}

struct Escaping(String);

impl fmt::Write for Escaping {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            match byte {
                b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => write!(self.0, "%{byte:02X}")?,
                b'!'..=b'~' => self.0.push(char::from(byte)),
                _ => write!(self.0, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_redirect_has_its_status_and_no_body() {
        for (redirect, status) in [
            (Redirect::to("/a"), 303),
            (Redirect::see_other("/a"), 303),
            (Redirect::temporary("/a"), 307),
            (Redirect::permanent("/a"), 308),
        ] {
            assert_eq!((redirect.status().as_u16(), redirect.location()), (status, "/a"));
            let response = redirect.into_response();
            assert_eq!((response.status().as_u16(), response.headers().len()), (status, 1));
            assert!(http_body::Body::is_end_stream(response.body()));
        }
    }

    #[test]
    fn what_no_uri_may_have_is_escaped() {
        for (target, location) in [
            ("/a?b=c&d=%20#e", "/a?b=c&d=%20#e"),
            ("https://user@[::1]:80/~x/(1);a='b',*!$+", "https://user@[::1]:80/~x/(1);a='b',*!$+"),
            ("/a\r\nSet-Cookie: admin=1", "/a%0D%0ASet-Cookie:%20admin=1"),
            ("/caf\u{e9}", "/caf%C3%A9"),
            ("/\\evil.example", "/%5Cevil.example"),
            ("/\"<>^`{|}\0\x7f\t", "/%22%3C%3E%5E%60%7B%7C%7D%00%7F%09"),
            ("", ""),
        ] {
            assert_eq!(Redirect::to(target).location(), location);
        }
        assert_eq!(Redirect::to(http::Uri::from_static("http://a.example/b")).location(), "http://a.example/b");
    }

    proptest! {
        #[test]
        fn no_target_leaves_its_header(target in any::<String>()) {
            let redirect = Redirect::to(&target);
            prop_assert!(redirect.location().bytes().all(|byte| byte.is_ascii_graphic()));
            let escaped = Redirect::to(redirect.location());
            prop_assert_eq!(escaped.location(), redirect.location(), "what is escaped stays as it is");
        }
    }
}
