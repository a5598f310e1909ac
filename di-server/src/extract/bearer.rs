//! How is a bearer token read?

use std::{fmt, ops::Range};

use di_core::{
    describe::{Operation, Subject},
    graph::{Extract, Rejection, RequestView, Source},
    response::Problem,
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
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
pub struct Bearer {
    /// The header's value, shared with the request: a token costs no allocation.
    line: HeaderValue,
    token: Range<usize>,
}

impl Bearer {
    /// The token, which is ASCII and not empty.
    #[must_use]
    pub fn token(&self) -> &str {
        str::from_utf8(&self.line.as_bytes()[self.token.clone()]).expect("a token is ASCII")
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
        let line = line(&request.parts.headers)?;
        let start = credentials(line.as_bytes()).ok_or_else(missing)?;
        let rest = &line.as_bytes()[start..];
        let token = rest.trim_ascii();
        if !is_token68(token) {
            return Err(malformed("expected `Bearer` and a token"));
        }
        let start = start + rest.len() - rest.trim_ascii_start().len();
        Ok(Self { line: line.clone(), token: start..start + token.len() })
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        operation.security("bearer", r#"{"type":"http","scheme":"bearer"}"#, subject);
    }
}

/// The one `Authorization` header.
fn line(headers: &HeaderMap) -> Result<&HeaderValue, Rejection> {
    let line = headers.get(AUTHORIZATION).ok_or_else(missing)?;
    // Hardly a request has any header twice, and this is known without a second look-up.
    if headers.len() > headers.keys_len() && headers.get_all(AUTHORIZATION).iter().nth(1).is_some() {
        return Err(malformed("the `Authorization` header is given more than once"));
    }
    Ok(line)
}

input!(Bearer);

/// Where what follows the scheme starts, if that is `Bearer`
/// ([RFC 9110 §11.4](https://www.rfc-editor.org/rfc/rfc9110#section-11.4)).
fn credentials(line: &[u8]) -> Option<usize> {
    const SCHEME: &[u8] = b"Bearer";
    let (scheme, rest) = line.split_at_checked(SCHEME.len())?;
    let ends = rest.first().is_none_or(|&byte| byte == b' ');
    (ends && scheme.eq_ignore_ascii_case(SCHEME)).then_some(SCHEME.len())
}

/// `token68` of [RFC 9110 §11.2](https://www.rfc-editor.org/rfc/rfc9110#section-11.2).
fn is_token68(token: &[u8]) -> bool {
    let padding = token.iter().rev().take_while(|&&byte| byte == b'=').count();
    let characters = &token[..token.len() - padding];
    !characters.is_empty() && characters.iter().all(|&byte| TOKEN68[usize::from(byte)])
}

const TOKEN68: [bool; 256] = {
    let mut allowed = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        allowed[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
        byte += 1;
    }
    allowed
};

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
