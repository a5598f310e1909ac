//! How does a handler hand its request on to another service?

use std::{fmt, future::poll_fn};

use bytes::Bytes;
use di_core::{
    Below, Body, BoxError, Peer,
    describe::{Operation, Subject},
    graph::{Extract, ReadStream, Rejection, RequestView, Source},
    response::{Response, unexplained},
};
use http::{
    Request, Uri,
    uri::{self, PathAndQuery},
};
use tower_service::Service;

/// The whole request, to be handed on to another service: a router of axum, another application, a proxy.
///
/// In a [`#[fallback]`](macro@crate::fallback) with a prefix, or in a group's, the path is what is left behind the prefix, with
/// a slash in front; elsewhere it is as it came. The query, the headers and what layers have put beside the request are unchanged;
/// the client's address goes along as a [`Peer`], which is what an application of ours reads.
///
/// The body is read as it comes, up to the route's `body_limit`. It is taken once all that may refuse has passed: guards cover
/// what they are around here as anywhere.
///
/// See [`#[fallback]`](macro@crate::fallback) for an example.
pub struct Forward(Request<Body>);

crate::extractor!(Forward);

impl Forward {
    /// Sends the request to `service`, and gives back its response. An error of the service is logged and becomes a 500.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops that of the service.
    pub async fn to<S, B>(self, mut service: S) -> Response
    where
        S: Service<Request<Body>, Response = http::Response<B>, Error: Into<BoxError>, Future: Send> + Send,
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        if let Err(error) = poll_fn(|cx| service.poll_ready(cx)).await {
            return failed(&error.into());
        }
        let response = service.call(self.0).await;
        response.map_or_else(|error| failed(&error.into()), |response| response.map(Body::stream))
    }

    /// The request.
    #[must_use]
    pub fn into_request(self) -> Request<Body> {
        self.0
    }

    fn new(view: RequestView<'_>, body: Body) -> Self {
        let mut parts = view.parts.clone();
        if let Some(Below(segments)) = parts.extensions.remove() {
            parts.uri = behind(&parts.uri, segments);
        }
        if let Some(peer) = view.peer {
            parts.extensions.insert(Peer(peer));
        }
        Self(Request::from_parts(parts, body))
    }
}

impl fmt::Debug for Forward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Forward({} {})", self.0.method(), self.0.uri())
    }
}

impl Extract for Forward {
    const SOURCE: Source = Source::Body;
    const STREAM: Option<ReadStream<Self>> = Some(|view, body, _| {
        let forward = Self::new(view, Body::stream(body));
        Box::pin(async move { Ok(forward) })
    });

    // Its headers go along, and say how it is encoded and how long it is.
    const ENCODED: bool = true;

    fn extract(request: RequestView<'_>, _: &'static str) -> Result<Self, Rejection> {
        Ok(Self::new(request, Body::from(request.body.cloned().unwrap_or_default())))
    }

    fn describe(_: Subject, _: &mut Operation) {}
}

fn failed(error: &BoxError) -> Response {
    unexplained(format!("a service that a request was handed on to failed: {error}"))
}

/// `uri` without the first `segments` of its path.
fn behind(uri: &Uri, segments: usize) -> Uri {
    let path = uri.path();
    // The path starts with a slash, and each segment ends before the next one or the end.
    let cut = path.char_indices().filter(|(_, c)| *c == '/').nth(segments).map_or(path.len(), |(at, _)| at);
    let rest = &path[cut..];
    let rest = if rest.is_empty() { "/" } else { rest };
    let rest = match uri.query() {
        Some(query) => PathAndQuery::try_from(format!("{rest}?{query}")),
        None => PathAndQuery::try_from(rest),
    };
    let mut parts = uri::Parts::from(uri.clone());
    match rest {
        Ok(rest) => parts.path_and_query = Some(rest),
        Err(_) => return uri.clone(),
    }
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_path_keeps_its_query() {
        for (uri, segments, rest) in [
            ("/a/b/c?d=e", 1, "/b/c?d=e"),
            ("/a/b/c?d=e", 0, "/a/b/c?d=e"),
            ("/a", 1, "/"),
            ("/a?x", 1, "/?x"),
            ("/a/", 1, "/"),
            ("/a//b", 1, "//b"),
            ("/caf%C3%A9/b%2Fc", 1, "/b%2Fc"),
            ("http://host:80/a/b", 1, "http://host:80/b"),
            ("/a", 3, "/"),
        ] {
            assert_eq!(behind(&Uri::try_from(uri).unwrap(), segments).to_string(), rest, "{uri}");
        }
    }
}
