//! How does a provider say something in a response that is not its own?

use std::convert::Infallible;

use di_core::{
    graph::{Brought, Decorate, Node, NodeRef, Provide},
    response::Response,
    scope::Args,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{SET_COOKIE, VARY},
};

/// Status and headers that go onto whatever response the request gets; ask for it like for any dependency, as
/// `&mut ResponseParts`.
///
/// The response's own come first: a header that it has already is left as it is, and a status is set only where the response
/// has 200. Two headers are lists: `Vary` gets what it lacks, and each `Set-Cookie` goes out unless the response sets a cookie
/// of that name. The last one that sets a header wins among those that ask for this.
///
/// Functions that take it run one after the other, as with any `&mut`: one that waits for long does better to return what is to
/// be set, for another to set it.
///
/// Headers go onto refusals too, and onto the 500 of a panic, if what set them ran before; not onto the response of a teardown
/// that failed, after which they may not be true any more.
///
/// ```
/// # use di_server::prelude::*;
/// # #[derive(Container)]
/// # pub struct App {}
/// /// Counts requests, and says how many are left.
/// pub struct Limited;
///
/// #[provider]
/// fn limited(parts: &mut ResponseParts) -> Result<Limited, StatusCode> {
///     parts.set(HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from_static("0"));
///     Err(StatusCode::TOO_MANY_REQUESTS)
/// }
///
/// #[get("/")]
/// async fn home(limited: &Limited) -> &'static str {
///     "welcome"
/// }
/// # static TABLE: Table<App> = table![home];
/// # #[tokio::main]
/// # async fn main() {
/// # let client = TestClient::new(App::builder().build().await.unwrap(), &TABLE);
/// # client.get("/").await.assert_status(429).assert_header("x-ratelimit-remaining", "0");
/// # }
/// ```
#[derive(Debug, Default)]
pub struct ResponseParts {
    status: Option<StatusCode>,
    headers: HeaderMap,
}

impl ResponseParts {
    /// Sets the status of a response that has none of its own, which is one with 200.
    pub fn set_status(&mut self, status: StatusCode) {
        self.status = Some(status);
    }

    /// Sets a header, in the place of what was set before.
    pub fn set(&mut self, name: HeaderName, value: HeaderValue) {
        self.headers.insert(name, value);
    }

    /// Adds a header beside those of its name.
    pub fn append(&mut self, name: HeaderName, value: HeaderValue) {
        self.headers.append(name, value);
    }

    /// The headers that have been set.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The headers that have been set, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }
}

impl Decorate for ResponseParts {
    fn decorate(&mut self, response: &mut Response) {
        if let Some(status) = self.status
            && response.status() == StatusCode::OK
        {
            *response.status_mut() = status;
        }
        let headers = response.headers_mut();
        for name in self.headers.keys() {
            let values = self.headers.get_all(name).iter();
            if *name == SET_COOKIE {
                values.for_each(|value| set_cookie(headers, value.clone()));
            } else if *name == VARY {
                values.for_each(|value| vary(headers, value));
            } else if !headers.contains_key(name) {
                values.for_each(|value| _ = headers.append(name.clone(), value.clone()));
            }
        }
    }
}

/// Sets a cookie, unless one of its name is set already.
pub(super) fn set_cookie(headers: &mut HeaderMap, value: HeaderValue) {
    fn name(value: &HeaderValue) -> Option<&[u8]> {
        value.as_bytes().split(|&byte| byte == b'=').next().map(<[u8]>::trim_ascii)
    }
    if !headers.get_all(SET_COOKIE).iter().any(|other| name(other) == name(&value)) {
        headers.append(SET_COOKIE, value);
    }
}

/// Adds to the one `Vary` what it lacks ([RFC 9110 §12.5.5](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5)).
pub(super) fn vary(headers: &mut HeaderMap, value: &HeaderValue) {
    let mut list: Vec<String> = Vec::new();
    let values: Vec<&HeaderValue> = headers.get_all(VARY).iter().chain([value]).collect();
    for item in values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
        let item = item.trim();
        if !item.is_empty() && !list.iter().any(|other| other.eq_ignore_ascii_case(item)) {
            list.push(item.to_owned());
        }
    }
    if let Ok(value) = HeaderValue::try_from(list.join(", ")) {
        headers.insert(VARY, value);
    }
}

#[diagnostic::do_not_recommend]
impl<C> Provide<C> for ResponseParts {
    type Error = Infallible;
    const NODE: NodeRef = {
        static NODE: Node =
            Node::brought::<ResponseParts>("ResponseParts", "response_parts").decorating::<ResponseParts>();
        NodeRef::new(&NODE)
    };
}

impl Brought for ResponseParts {
    fn bring(_: Args<'_>) -> Self {
        Self::default()
    }
}
