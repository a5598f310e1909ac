//! How are cookies set?

use std::{convert::Infallible, fmt};

use cookie::{CookieJar, SameSite};
use di_core::{
    graph::{Brought, Decorate, Node, NodeRef, Param, Provide},
    response::Response,
    scope::Args,
};
use http::{HeaderMap, HeaderValue};

use super::parts::set_cookie;
use crate::extract::values::cookies;

/// A cookie to be set: `SetCookie::build(("theme", "dark")).http_only(true)`, or just `("theme", "dark")`.
pub type SetCookie = cookie::Cookie<'static>;

/// The key of cookies that are signed or encrypted: a singleton of the application. With the feature `secure-cookies`.
///
/// `CookieKey::from(bytes)` takes at least 64 bytes of secret, `CookieKey::derive_from(bytes)` at least 32, and
/// `CookieKey::generate()` makes one that is lost with the process.
///
/// ```
/// # use di_server::prelude::*;
/// #[derive(Container)]
/// pub struct App {
///     #[container(input)]
///     key: CookieKey,
/// }
///
/// #[post("/login/{name}")]
/// async fn log_in(name: Path<String>, cookies: &mut Cookies, key: &CookieKey) {
///     cookies.private_mut(key).add(SetCookie::build(("user", name.0)).http_only(true));
/// }
///
/// #[get("/me")]
/// async fn me(cookies: &Cookies, key: &CookieKey) -> Option<String> {
///     cookies.private(key).get("user").map(|cookie| cookie.value().to_owned())
/// }
/// # static TABLE: Table<App> = table![log_in, me];
/// # #[tokio::main]
/// # async fn main() {
/// # let client = TestClient::new(App::builder().key(CookieKey::generate()).build().await.unwrap(), &TABLE);
/// # let response = client.post("/login/Ada").await;
/// # let cookie = response.header("set-cookie").unwrap().split(';').next().unwrap();
/// # client.get("/me").header("cookie", cookie).await.assert_text("Ada");
/// # client.get("/me").await.assert_status(404);
/// # }
/// ```
#[cfg(feature = "secure-cookies")]
pub type CookieKey = cookie::Key;

/// The request's cookies, and those that its response sets; ask for it like for any dependency, as `&mut Cookies` to set some.
///
/// What is set is there for whoever asks later in the same request. Each cookie is set once, in its last state, on whatever
/// response the request gets, refusals included; a handler that sets a cookie's header by itself wins.
///
/// A cookie goes to the whole site and stays on it (`Path=/`, `SameSite=Lax`) unless it says otherwise. Values are
/// percent-encoded where they have characters that a cookie cannot have, and decoded here and by [`Cookie`](crate::Cookie).
///
/// ```
/// # use di_server::prelude::*;
/// # #[derive(Container)]
/// # pub struct App {}
/// #[post("/theme/{name}")]
/// async fn set_theme(name: Path<String>, cookies: &mut Cookies) -> NoContent {
///     cookies.add(SetCookie::build(("theme", name.0)).secure(true).http_only(true));
///     NoContent
/// }
///
/// #[delete("/theme")]
/// async fn forget_theme(cookies: &mut Cookies) -> NoContent {
///     cookies.remove("theme");
///     NoContent
/// }
/// # static TABLE: Table<App> = table![set_theme, forget_theme];
/// # #[tokio::main]
/// # async fn main() {
/// # let client = TestClient::new(App::builder().build().await.unwrap(), &TABLE);
/// # let cookie = "theme=a%20b; HttpOnly; SameSite=Lax; Secure; Path=/";
/// # client.post("/theme/a%20b").await.assert_status(204).assert_header("set-cookie", cookie);
/// # }
/// ```
///
/// With the feature `secure-cookies` and a `CookieKey` in the container, `signed(key)` keeps clients from changing a value and
/// `private(key)` from reading it too.
#[derive(Default)]
pub struct Cookies(CookieJar);

impl Cookies {
    /// The cookie of this name: the one that has been set in this request, or else the first that came with it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&SetCookie> {
        self.0.get(name)
    }

    /// The value of the cookie of this name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.get(name).map(SetCookie::value)
    }

    /// All cookies, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &SetCookie> {
        self.0.iter()
    }

    /// Sets a cookie.
    pub fn add(&mut self, cookie: impl Into<SetCookie>) {
        self.0.add(whole(cookie.into()));
    }

    /// Makes the client forget a cookie, if it has sent one of this name. Path and domain have to be those that it was set with:
    /// of one that was set with others, give a [`SetCookie`] that has them.
    pub fn remove(&mut self, cookie: impl Into<SetCookie>) {
        self.0.remove(whole(cookie.into()));
    }

    /// The cookies whose values `key` has signed: others are not there.
    #[cfg(feature = "secure-cookies")]
    #[must_use]
    pub fn signed<'a>(&'a self, key: &CookieKey) -> cookie::SignedJar<&'a CookieJar> {
        self.0.signed(key)
    }

    /// Sets and removes cookies whose values `key` signs.
    #[cfg(feature = "secure-cookies")]
    #[must_use]
    pub fn signed_mut<'a>(&'a mut self, key: &CookieKey) -> cookie::SignedJar<&'a mut CookieJar> {
        self.0.signed_mut(key)
    }

    /// The cookies whose values `key` has encrypted: others are not there.
    #[cfg(feature = "secure-cookies")]
    #[must_use]
    pub fn private<'a>(&'a self, key: &CookieKey) -> cookie::PrivateJar<&'a CookieJar> {
        self.0.private(key)
    }

    /// Sets and removes cookies whose values `key` encrypts.
    #[cfg(feature = "secure-cookies")]
    #[must_use]
    pub fn private_mut<'a>(&'a mut self, key: &CookieKey) -> cookie::PrivateJar<&'a mut CookieJar> {
        self.0.private_mut(key)
    }

    fn of(headers: &HeaderMap) -> Self {
        let mut jar = CookieJar::new();
        // Names are as they were sent: else a cookie `__%48ost-id` would pass for a `__Host-id`, of which browsers take care.
        cookies(headers, &mut |name, value| {
            // The first of a name stays, which browsers make the one with the most specific path.
            if let Ok(value) = value
                && jar.get(name).is_none()
            {
                jar.add_original(SetCookie::new(name.to_owned(), value.into_owned()));
            }
        });
        Self(jar)
    }
}

/// A cookie with what it goes without saying.
fn whole(mut cookie: SetCookie) -> SetCookie {
    if cookie.path().is_none() {
        cookie.set_path("/");
    }
    if cookie.same_site().is_none() {
        cookie.set_same_site(SameSite::Lax);
    }
    cookie
}

impl Decorate for Cookies {
    fn decorate(&mut self, response: &mut Response) {
        let mut cookies: Vec<_> = self.0.delta().collect();
        // The jar has no order; answers that are alike are the same.
        cookies.sort_unstable_by(|a, b| a.name().cmp(b.name()));
        for cookie in cookies {
            match header(&whole(cookie.clone())) {
                Some(value) => set_cookie(response.headers_mut(), value),
                None => {
                    tracing::error!(
                        name = cookie.name(),
                        "a cookie was not set: its name, path or domain cannot be sent"
                    );
                }
            }
        }
    }
}

/// The header that sets a cookie. The value is encoded; the name is read as it was sent, so that one that would have to be encoded
/// would not be found again. What else may be text must not end its attribute.
fn header(cookie: &SetCookie) -> Option<HeaderValue> {
    let harmless = |text: &str| !text.contains(|c: char| c == ';' || c.is_control());
    let attributes = [cookie.path(), cookie.domain()];
    if !attributes.into_iter().flatten().all(harmless) {
        return None;
    }
    let text = cookie.encoded().to_string();
    let named = text.strip_prefix(cookie.name()).is_some_and(|rest| rest.starts_with('='));
    if named && !cookie.name().is_empty() { HeaderValue::try_from(text).ok() } else { None }
}

impl fmt::Debug for Cookies {
    /// The names alone: values are secrets, or may be.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(SetCookie::name)).finish()
    }
}

#[diagnostic::do_not_recommend]
impl<C> Provide<C> for Cookies {
    type Error = Infallible;
    const NODE: NodeRef = {
        const PARAMS: &[Param] = &[Param::shared("headers", "HeaderMap", <HeaderMap as Provide<()>>::NODE, true)];
        static NODE: Node =
            Node { params: PARAMS, ..Node::brought::<Cookies>("Cookies", "cookies").decorating::<Cookies>() };
        NodeRef::new(&NODE)
    };
}

impl Brought for Cookies {
    fn bring(args: Args<'_>) -> Self {
        Self::of(args.shared::<HeaderMap>(0))
    }
}
