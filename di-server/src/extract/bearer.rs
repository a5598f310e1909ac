//! How is a bearer token read?

use std::{borrow::Cow, marker::PhantomData, ops::Range};

use di_core::graph::{Extract, Rejection, RequestView, SecurityScheme, Source};
use http::HeaderValue;

use super::{
    security::{AnyToken, Authorization, BearerScheme, REPEATED, authorization, refused},
    wrapper::credentials,
};
use crate::headers::Alphabet;

/// The token of `Authorization: Bearer <token>` ([RFC 6750 §2.1]).
///
/// What the token means is for a provider to find out. `Debug` does not show it, so that it does not end up in a log.
/// `Bearer<S>` names the scheme, a [`BearerScheme`], for descriptions of the application; it reads the same, unless the scheme
/// has another word than `Bearer`.
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
/// let request = RequestView::of(&parts);
///
/// let token: Bearer = Bearer::extract(request, "token")?;
/// assert_eq!(token.token(), "mF_9.B5f-4.1JqM");
/// assert_eq!(format!("{token:?}"), "Bearer(..)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 6750 §2.1]: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
pub struct Bearer<S = AnyToken> {
    /// The header's value, shared with the request: a token costs no allocation.
    line: HeaderValue,
    token: Range<usize>,
    scheme: PhantomData<fn() -> S>,
}

impl<S> Bearer<S> {
    /// The token, which is ASCII and not empty.
    #[must_use]
    #[allow(unsafe_code)]
    pub fn token(&self) -> &str {
        let token = &self.line.as_bytes()[self.token.clone()];
        // SAFETY: `extract` alone makes one, of a token that is a `token68`, which is ASCII; a header's value does not change.
        unsafe { str::from_utf8_unchecked(token) }
    }
}

impl<S> Clone for Bearer<S> {
    fn clone(&self) -> Self {
        Self { line: self.line.clone(), token: self.token.clone(), scheme: PhantomData }
    }
}

impl<S: BearerScheme> Extract for Bearer<S> {
    const SOURCE: Source = Source::Security;
    const SECURITY: Option<&'static SecurityScheme> = Some(&S::SCHEME);
    const FAULT: Option<&'static str> = S::WORD.fault();

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        let word = S::WORD.as_str();
        match authorization(&request.parts.headers, word) {
            Authorization::Found(line, token) if is_token68(&line.as_bytes()[token.clone()]) => {
                Ok(Self { line: line.clone(), token, scheme: PhantomData })
            }
            Authorization::Found(..) => Err(malformed(word, format!("expected `{word}` and a token"))),
            Authorization::Repeated => Err(malformed(word, REPEATED.to_owned())),
            Authorization::Absent => {
                let detail: Cow<'static, str> = match word {
                    "Bearer" => "expected `Authorization: Bearer <token>`".into(),
                    _ => format!("expected `Authorization: {word} <token>`").into(),
                };
                Err(refused(detail, HeaderValue::from_static(word)).absent())
            }
        }
    }
}

credentials! {
    Bearer, "Bearer",
    "`_` must be a `BearerScheme`; help: implement it for `_`, or ask for a `Bearer`"
}

/// `token68` of [RFC 9110 §11.2](https://www.rfc-editor.org/rfc/rfc9110#section-11.2).
fn is_token68(token: &[u8]) -> bool {
    let padding = token.iter().rev().take_while(|&&byte| byte == b'=').count();
    let characters = &token[..token.len() - padding];
    !characters.is_empty() && TOKEN68.has_all(characters)
}

static TOKEN68: Alphabet = Alphabet::new(b"-._~+/");

fn malformed(word: &'static str, detail: String) -> Rejection {
    let challenge = HeaderValue::from_str(&format!("{word} error=\"invalid_request\""));
    refused(detail, challenge.unwrap_or(HeaderValue::from_static(word)))
}
