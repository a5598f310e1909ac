//! How is an API key read?

use std::{borrow::Cow, marker::PhantomData};

use di_core::graph::{Extract, KeyPlace, Rejection, RequestView, SecurityScheme, Source};
use http::{HeaderMap, HeaderValue};

use super::{
    security::{refused, same_secret},
    values::{Place, named},
    wrapper::credentials,
};

/// The key that a client sends in a header, the query or a cookie: wherever `K` says.
///
/// What it opens is for a provider to find out. `Debug` does not show it.
///
/// # Errors
///
/// A 401 with `WWW-Authenticate: ApiKey`. If nothing has the name, it is absent: `Option<ApiKey<K>>` is `None`. A key that
/// is empty, given twice (of cookies the first counts) or not UTF-8 is refused even then.
///
/// # Examples
///
/// ```
/// use di_server::{ApiKeyScheme, prelude::*, security::KeyPlace, testing::TestClient};
///
/// pub struct Partner;
///
/// impl ApiKeyScheme for Partner {
///     const PLACE: KeyPlace = KeyPlace::header("X-Api-Key");
/// }
///
/// # #[derive(Container)] pub struct App {}
/// pub struct Known;
///
/// #[provider]
/// fn known(key: ApiKey<Partner>) -> Result<Known, StatusCode> {
///     if key.is("k3y") { Ok(Known) } else { Err(StatusCode::FORBIDDEN) }
/// }
///
/// #[get("/")]
/// async fn home() -> &'static str {
///     "welcome"
/// }
///
/// static TABLE: Table<App> = table![group(guards = [Known], home)];
///
/// # #[tokio::main]
/// # async fn main() {
/// # let app = App::builder().build().await.unwrap();
/// let client = TestClient::new(app, &TABLE);
/// client.get("/").header("X-Api-Key", "k3y").await.assert_text("welcome");
/// client.get("/").await.assert_status(401);
/// # }
/// ```
pub struct ApiKey<K> {
    key: String,
    scheme: PhantomData<fn() -> K>,
}

/// Says where a key is found, and tells kinds of keys apart: `ApiKey<Partner>`.
pub trait ApiKeyScheme: 'static {
    /// Where.
    const PLACE: KeyPlace;
    /// How it is described.
    const SCHEME: SecurityScheme = SecurityScheme::api_key(Self::PLACE);
}

impl<K> ApiKey<K> {
    /// The key, which is not empty. To compare it with another see [`is`](Self::is).
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether it is this key, found out as by [`same_secret`].
    #[must_use]
    pub fn is(&self, key: impl AsRef<[u8]>) -> bool {
        same_secret(&self.key, key)
    }
}

impl<K> Clone for ApiKey<K> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), scheme: PhantomData }
    }
}

impl<K: ApiKeyScheme> Extract for ApiKey<K> {
    const SOURCE: Source = Source::Security;
    const SECURITY: Option<&'static SecurityScheme> = Some(&K::SCHEME);
    const FAULT: Option<&'static str> = K::PLACE.fault();

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        let key = read(request, K::PLACE)?.into_owned();
        Ok(Self { key, scheme: PhantomData })
    }
}

credentials! {
    ApiKey, "ApiKey<_>",
    "`_` must be an `ApiKeyScheme`; help: implement it, `const PLACE: KeyPlace = KeyPlace::header(\"X-Api-Key\");`"
}

/// The key at `place`.
fn read(request: RequestView<'_>, place: KeyPlace) -> Result<Cow<'_, str>, Rejection> {
    let (headers, name) = (&request.parts.headers, place.name());
    let (found, kind) = match place.source() {
        Source::Header => (header(headers, name), "header"),
        Source::Cookie => (named(Place::Cookie(headers), name), "cookie"),
        _ => (named(Place::Query(request.parts.uri.query().unwrap_or_default()), name), "query parameter"),
    };
    let refuse = |text: String| refused(text, HeaderValue::from_static("ApiKey"));
    match found {
        None => Err(refuse(format!("expected an API key in the {kind} `{name}`")).absent()),
        Some(Ok(key)) if !key.is_empty() => Ok(key),
        Some(Ok(_)) => Err(refuse(format!("the {kind} `{name}` is empty, and an API key is expected there"))),
        Some(Err(why)) => Err(refuse(format!("the {kind} `{name}` {why}"))),
    }
}

/// By its very name: where an input is named after a parameter, `_` would stand for `-`.
fn header<'r>(headers: &'r HeaderMap, name: &str) -> Option<Result<Cow<'r, str>, &'static str>> {
    let mut lines = headers.get_all(name).iter();
    let line = lines.next()?;
    Some(match (lines.next(), std::str::from_utf8(line.as_bytes())) {
        (Some(_), _) => Err("is given more than once"),
        (None, key) => key.map(Cow::Borrowed).map_err(|_| "is not UTF-8"),
    })
}
