use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use cookie::Cookie;
use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};

/// The cookies of a client, by name; what a browser would keep of one site, but for `Domain`, `Secure` and time that passes.
#[derive(Debug, Default)]
pub(super) struct Jar(Mutex<BTreeMap<String, Kept>>);

#[derive(Debug)]
struct Kept {
    value: String,
    path: Option<String>,
}

impl Jar {
    /// Adds the cookies that are for `path`, behind those that the request has itself.
    pub(super) fn give(&self, path: &str, headers: &mut HeaderMap) {
        let jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |kept: &Kept| kept.path.as_ref().is_none_or(|prefix| is_below(path, prefix));
        let kept = jar.iter().filter(|(_, kept)| fits(kept)).map(|(name, kept)| format!("{name}={}", kept.value));
        let own = headers.get(COOKIE).and_then(|own| own.to_str().ok()).map(str::to_owned);
        let all: Vec<String> = own.into_iter().chain(kept).collect();
        if let Ok(value) = HeaderValue::try_from(all.join("; "))
            && !all.is_empty()
        {
            headers.insert(COOKIE, value);
        }
    }

    /// Keeps what a response sets, and drops what it takes back.
    pub(super) fn take(&self, headers: &HeaderMap) {
        let mut jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let set = headers.get_all(SET_COOKIE).iter().filter_map(|set| Cookie::parse(set.to_str().ok()?).ok());
        for cookie in set {
            if is_over(&cookie) {
                jar.remove(cookie.name());
            } else {
                let kept = Kept { value: cookie.value().to_owned(), path: cookie.path().map(str::to_owned) };
                jar.insert(cookie.name().to_owned(), kept);
            }
        }
    }

    /// The value of the cookie `name`.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jar.get(name).map(|kept| kept.value.clone())
    }
}

/// Whether a cookie says that it is to be forgotten ([RFC 6265 §5.3](https://www.rfc-editor.org/rfc/rfc6265#section-5.3)).
fn is_over(cookie: &Cookie<'_>) -> bool {
    let expires = cookie.expires_datetime().map(SystemTime::from);
    match cookie.max_age() {
        Some(age) => age.is_zero() || age.is_negative(),
        None => expires.is_some_and(|expires| expires <= SystemTime::now()),
    }
}

/// Whether a cookie's path covers a request's ([RFC 6265 §5.1.4](https://www.rfc-editor.org/rfc/rfc6265#section-5.1.4)).
fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || prefix.ends_with('/'))
}
