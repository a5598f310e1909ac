//! What do all credentials have in common?

use std::ops::Range;

use di_core::{
    graph::{Rejection, SecurityScheme},
    response::Problem,
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, WWW_AUTHENTICATE},
};
use subtle::ConstantTimeEq as _;

use crate::headers::is_repeated;

/// Whether two secrets are the same, found out in a time that does not depend on where they differ.
///
/// With `==` a client could measure how far a guess is right. The time tells whether they are of one length; where that is
/// a secret too, compare digests.
///
/// ```
/// assert!(di_server::same_secret("k3y", "k3y"));
/// assert!(!di_server::same_secret("k3y", "key"));
/// ```
#[must_use]
pub fn same_secret(a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> bool {
    a.as_ref().ct_eq(b.as_ref()).into()
}

/// Names a scheme of bearer tokens, for descriptions of the application: `Bearer<Login>`.
///
/// ```
/// use di_server::{BearerScheme, prelude::*, security::{OAuthFlow, SecurityScheme}};
///
/// /// Tokens are had at `/token`, for a name and a password.
/// pub struct Login;
///
/// impl BearerScheme for Login {
///     const SCHEME: SecurityScheme =
///         SecurityScheme::oauth2("login", &[OAuthFlow::password("/token", &[("notes:read", "Read notes")])]);
/// }
///
/// # #[derive(Container)] pub struct App {}
/// #[get("/me")]
/// async fn me(token: Bearer<Login>) -> String {
///     token.token().to_owned()
/// }
/// ```
///
/// Where clients write another word than `Bearer` before their tokens, that is the scheme's [`WORD`](Self::WORD):
///
/// ```
/// use di_server::{AuthScheme, BearerScheme, prelude::*, security::{KeyPlace, SecurityScheme}};
///
/// /// `Authorization: Token ..`. OpenAPI has no name for the like but that of a key in a header.
/// pub struct Token;
///
/// impl BearerScheme for Token {
///     const SCHEME: SecurityScheme = SecurityScheme::api_key(KeyPlace::header("Authorization"));
///     const WORD: AuthScheme = AuthScheme::new("Token");
/// }
///
/// # #[derive(Container)] pub struct App {}
/// #[get("/me")]
/// async fn me(token: Bearer<Token>) -> String {
///     token.token().to_owned()
/// }
///
/// static TABLE: Table<App> = table![me];
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let client = TestClient::new(App::builder().build().await.unwrap(), &TABLE);
/// client.get("/me").header("authorization", "Token a.b.c").await.assert_text("a.b.c");
/// client.get("/me").await.assert_status(401).assert_header("www-authenticate", "Token");
/// # }
/// ```
pub trait BearerScheme: 'static {
    /// How it is described.
    const SCHEME: SecurityScheme;
    /// The word before the token.
    const WORD: AuthScheme = AuthScheme::BEARER;
}

/// The word that an `Authorization` header begins with, read in any case
/// ([RFC 9110 §11.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthScheme(&'static str);

impl AuthScheme {
    /// `Bearer` ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)).
    pub const BEARER: Self = Self("Bearer");

    /// Another word. If it is not of letters, digits and `-`, what asks for the token does not compile.
    #[must_use]
    pub const fn new(word: &'static str) -> Self {
        Self(word)
    }

    /// What is wrong with it, said of the type that is read behind it.
    pub(super) const fn fault(self) -> Option<&'static str> {
        let (bytes, mut i) = (self.0.as_bytes(), 0);
        let mut fit = !bytes.is_empty();
        while i < bytes.len() {
            fit &= bytes[i].is_ascii_alphanumeric() || bytes[i] == b'-';
            i += 1;
        }
        if fit {
            return None;
        }
        Some("is behind a word that is not of letters, digits and `-`\nhelp: write `AuthScheme::new(\"Token\")`")
    }

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// A bearer token about which nothing more is said: that of `Bearer`.
#[derive(Debug)]
pub struct AnyToken;

impl BearerScheme for AnyToken {
    const SCHEME: SecurityScheme = SecurityScheme::BEARER;
}

/// What follows the scheme in the one `Authorization` header
/// ([RFC 9110 §11.4](https://www.rfc-editor.org/rfc/rfc9110#section-11.4)).
pub(super) enum Authorization<'r> {
    /// There is none, or one of another scheme.
    Absent,
    /// There are several.
    Repeated,
    /// The header, and where in it what follows the scheme is, without space around it.
    Found(&'r HeaderValue, Range<usize>),
}

/// Looks for the credentials of `scheme`.
pub(super) fn authorization<'r>(headers: &'r HeaderMap, scheme: &str) -> Authorization<'r> {
    let Some(line) = headers.get(AUTHORIZATION) else { return Authorization::Absent };
    if is_repeated(headers, &AUTHORIZATION) {
        return Authorization::Repeated;
    }
    let Some((named, rest)) = line.as_bytes().split_at_checked(scheme.len()) else { return Authorization::Absent };
    let ends = rest.first().is_none_or(|&byte| byte == b' ');
    // Hardly a client writes it in another case, and this is found out faster.
    if !ends || named != scheme.as_bytes() && !named.eq_ignore_ascii_case(scheme.as_bytes()) {
        return Authorization::Absent;
    }
    let rest = rest.trim_ascii_start();
    let start = line.len() - rest.len();
    Authorization::Found(line, start..start + rest.trim_ascii_end().len())
}

pub(super) const REPEATED: &str = "the `Authorization` header is given more than once";

/// The 401 that asks for credentials by `challenge`.
pub(super) fn refused(detail: impl Into<std::borrow::Cow<'static, str>>, challenge: HeaderValue) -> Rejection {
    let problem = Problem::new(StatusCode::UNAUTHORIZED).detail(detail);
    Rejection::refused(problem.header(WWW_AUTHENTICATE, challenge))
}
