//! Which route has a request matched?

use std::{borrow::Cow, fmt};

use crate::{
    graph::{Extract, Rejection, RequestView, Source, input},
    route::{FullPath, Route},
};

/// The path of the route that a request has matched, as written, the prefixes of groups included: `/teams/{team}/users/{id}`.
///
/// Of this there are as many as there are routes, whatever clients ask for: it is what metrics and logs count requests by. A layer
/// around a group finds it in the request's extensions.
///
/// # Errors
///
/// A 500, explained in the log, in a `#[fallback]`, which is for what no route matches: `Option<MatchedPath>` is `None` there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MatchedPath(FullPath);

impl MatchedPath {
    pub(crate) fn of(route: Route<'_>) -> Option<Self> {
        (!route.meta().is_fallback()).then(|| Self(route.path()))
    }
}

impl fmt::Display for MatchedPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for MatchedPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MatchedPath({self})")
    }
}

impl PartialEq<str> for MatchedPath {
    fn eq(&self, path: &str) -> bool {
        path.strip_prefix(self.0.prefix) == Some(self.0.path)
    }
}

impl PartialEq<&str> for MatchedPath {
    fn eq(&self, path: &&str) -> bool {
        *self == **path
    }
}

/// Allocates only where a group around the route has a prefix.
impl From<MatchedPath> for Cow<'static, str> {
    fn from(MatchedPath(path): MatchedPath) -> Self {
        if path.prefix.is_empty() { Self::Borrowed(path.path) } else { Self::Owned(path.to_string()) }
    }
}

impl Extract for MatchedPath {
    const SOURCE: Source = Source::Request;

    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
        request.route.and_then(Self::of).ok_or_else(|| {
            let cause = format!("`{name}: MatchedPath` needs a route, and a fallback is for what no route matches");
            Rejection::internal(cause).absent()
        })
    }
}

input!(MatchedPath);
