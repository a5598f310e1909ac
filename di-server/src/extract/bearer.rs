//! How is a bearer token read?

use std::fmt;

use di_core::{
    graph::{Extract, Rejection, RequestView, Source},
    response::Problem,
};
use http::{
    HeaderValue, StatusCode,
    header::{AUTHORIZATION, WWW_AUTHENTICATE},
};

use super::wrapper::input;

/// The token of `Authorization: Bearer <token>` ([RFC 6750 §2.1]).
///
/// What the token means is for a provider to find out. `Debug` does not show it, so that it does not end up in a log.
///
/// # Errors
///
/// A 401 with `WWW-Authenticate: Bearer`. Without the header, or with another scheme, it is absent: `Option<Bearer>` is
/// `None`. A token that is empty or has characters that no token has is refused even then, with `error="invalid_request"`.
///
/// # Examples
///
/// ```
/// use di_core::graph::{Extract, RequestView};
/// use di_server::extract::Bearer;
///
/// let (parts, ()) = http::Request::get("/").header("Authorization", "Bearer mF_9.B5f-4.1JqM").body(())?.into_parts();
/// let request = RequestView { parts: &parts, captures: &[], peer: None, body: None };
///
/// let token = Bearer::extract(request, "token")?;
/// assert_eq!(token.token(), "mF_9.B5f-4.1JqM");
/// assert_eq!(format!("{token:?}"), "Bearer(..)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 6750 §2.1]: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
#[derive(Clone)]
pub struct Bearer(Box<str>);

impl Bearer {
    /// The token, which is ASCII and not empty.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(..)")
    }
}

impl Extract for Bearer {
    const SOURCE: Source = Source::Security;

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        let mut lines = request.parts.headers.get_all(AUTHORIZATION).iter();
        let Some(line) = lines.next() else { return Err(missing()) };
        if lines.next().is_some() {
            return Err(malformed("the `Authorization` header is given more than once"));
        }
        let credentials = credentials(line.as_bytes()).ok_or_else(missing)?;
        let token = std::str::from_utf8(credentials).ok().filter(|token| is_token68(token.as_bytes()));
        token.map(|token| Self(token.into())).ok_or_else(|| malformed("expected `Bearer` and a token"))
    }
}

input!(Bearer);

/// What follows the scheme, if that is `Bearer` ([RFC 9110 §11.4](https://www.rfc-editor.org/rfc/rfc9110#section-11.4)).
fn credentials(line: &[u8]) -> Option<&[u8]> {
    let end = line.iter().position(|&byte| byte == b' ').unwrap_or(line.len());
    let (scheme, rest) = line.split_at(end);
    scheme.eq_ignore_ascii_case(b"Bearer").then(|| rest.trim_ascii())
}

/// `token68` of [RFC 9110 §11.2](https://www.rfc-editor.org/rfc/rfc9110#section-11.2).
fn is_token68(token: &[u8]) -> bool {
    let padding = token.iter().rev().take_while(|&&byte| byte == b'=').count();
    let characters = &token[..token.len() - padding];
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
    !characters.is_empty() && characters.iter().all(allowed)
}

fn missing() -> Rejection {
    refused("expected `Authorization: Bearer <token>`", "Bearer").absent()
}

fn malformed(detail: &'static str) -> Rejection {
    refused(detail, "Bearer error=\"invalid_request\"")
}

fn refused(detail: &'static str, challenge: &'static str) -> Rejection {
    let problem = Problem::new(StatusCode::UNAUTHORIZED).detail(detail);
    Rejection::refused(problem.header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge)))
}
