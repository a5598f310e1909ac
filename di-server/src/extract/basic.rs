//! How are a user's name and password read?

use std::marker::PhantomData;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use di_core::graph::{Extract, Rejection, RequestView, SecurityScheme, Source};
use http::HeaderValue;

use super::{
    security::{Authorization, REPEATED, authorization, refused, same_secret},
    wrapper::credentials,
};

/// User and password of `Authorization: Basic <base64>` ([RFC 7617]).
///
/// Whether they are right is for a provider to find out. `Debug` shows neither. `Basic<R>` names the part of the
/// application that they are for, a [`Realm`].
///
/// # Errors
///
/// A 401 with `WWW-Authenticate: Basic realm="..", charset="UTF-8"`. Without the header, or with another scheme, it is
/// absent: `Option<Basic>` is `None`. What is not base64, not UTF-8, has no colon or has control characters is refused even
/// then.
///
/// # Examples
///
/// ```
/// use di_core::graph::{Extract, RequestView};
/// use di_server::extract::Basic;
///
/// let request = http::Request::get("/").header("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
/// let (parts, ()) = request.body(())?.into_parts();
/// let request = RequestView::of(&parts);
///
/// let login: Basic = Basic::extract(request, "login")?;
/// assert_eq!(login.user(), "Aladdin");
/// assert!(login.has_password("open sesame"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 7617]: https://www.rfc-editor.org/rfc/rfc7617
pub struct Basic<R = Restricted> {
    decoded: String,
    colon: usize,
    realm: PhantomData<fn() -> R>,
}

/// Names the part of an application that user and password are for: `Basic<Staff>`.
///
/// ```
/// pub struct Staff;
///
/// impl di_server::Realm for Staff {
///     const NAME: &'static str = "staff";
/// }
/// ```
pub trait Realm: 'static {
    /// What a browser shows who is asked for a password.
    const NAME: &'static str;
    /// How it is described.
    const SCHEME: SecurityScheme = SecurityScheme::BASIC;
}

/// The realm of `Basic`: `restricted`.
#[derive(Debug)]
pub struct Restricted;

impl Realm for Restricted {
    const NAME: &'static str = "restricted";
}

impl<R> Basic<R> {
    /// The user's name; may be empty.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.decoded[..self.colon]
    }

    /// The password; may be empty. To compare it with another see [`has_password`](Self::has_password).
    #[must_use]
    pub fn password(&self) -> &str {
        &self.decoded[self.colon + 1..]
    }

    /// Whether the password is this one, found out as by [`same_secret`].
    ///
    /// A password is better not stored but hashed, by argon2 or the like.
    #[must_use]
    pub fn has_password(&self, password: &str) -> bool {
        same_secret(self.password(), password)
    }
}

impl<R> Clone for Basic<R> {
    fn clone(&self) -> Self {
        Self { decoded: self.decoded.clone(), colon: self.colon, realm: PhantomData }
    }
}

impl<R: Realm> Extract for Basic<R> {
    const SOURCE: Source = Source::Security;
    const SECURITY: Option<&'static SecurityScheme> = Some(&R::SCHEME);

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        let refused = |detail| refused(detail, challenge(R::NAME));
        match authorization(&request.parts.headers, "Basic") {
            Authorization::Found(line, encoded) => {
                let (decoded, colon) = decode(&line.as_bytes()[encoded]).map_err(refused)?;
                Ok(Self { decoded, colon, realm: PhantomData })
            }
            Authorization::Repeated => Err(refused(REPEATED)),
            Authorization::Absent => Err(refused("expected `Authorization: Basic <user:password>`").absent()),
        }
    }
}

credentials! {
    Basic, "Basic",
    "`_` must be a `Realm`; help: implement it for `_`, or ask for a `Basic`"
}

/// User and password, and where the colon between them is.
fn decode(encoded: &[u8]) -> Result<(String, usize), &'static str> {
    let decoded = BASE64_STANDARD.decode(encoded).map_err(|_| "what follows `Basic` is not base64")?;
    let decoded = String::from_utf8(decoded).map_err(|_| "user and password are not UTF-8")?;
    if decoded.chars().any(char::is_control) {
        return Err("user and password have no control characters");
    }
    let colon = decoded.find(':').ok_or("there is no `:` between user and password")?;
    Ok((decoded, colon))
}

/// The challenge ([RFC 7617 §2](https://www.rfc-editor.org/rfc/rfc7617#section-2)).
fn challenge(realm: &str) -> HeaderValue {
    let realm = realm.replace('\\', "\\\\").replace('"', "\\\"");
    HeaderValue::try_from(format!("Basic realm=\"{realm}\", charset=\"UTF-8\""))
        .unwrap_or_else(|_| HeaderValue::from_static("Basic realm=\"restricted\", charset=\"UTF-8\""))
}
