//! Which application answers, if one server has several names?

use std::{
    borrow::Cow,
    collections::HashMap,
    convert::Infallible,
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use di_core::{
    Body, BoxError,
    graph::{Extract, Rejection, RequestView, Source},
    layers::{Stack, StackFuture},
    response::{IntoResponse, Problem},
};
use http::{Request, StatusCode, header::HOST};
use tower_layer::Layer;
use tower_service::Service;

/// Chooses among services by the host that a request is for: tables of one application, several applications, or whatever else is
/// a [`tower_service::Service`].
///
/// It is a service, and it is a layer, around what answers for all other hosts: so [`Server::layer`](crate::Server::layer) takes it.
///
/// ```no_run
/// use di_server::{Server, prelude::*, server::Hosts};
///
/// # #[derive(Container)] pub struct App {}
/// #[get("/")]
/// async fn index() -> &'static str {
///     "the site"
/// }
///
/// #[get("/")]
/// async fn api() -> &'static str {
///     "the API"
/// }
///
/// #[get("/")]
/// async fn tenant(host: HostLabel) -> String {
///     format!("the site of {}", *host)
/// }
///
/// static SITE: Table<App> = table![index];
/// static API: Table<App> = table![api];
/// static TENANTS: Table<App> = table![tenant];
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), di_server::Error> {
/// let app = App::builder().build().await?;
/// let hosts = Hosts::new()
///     .host("api.example.com", app.service(&API))
///     .host("*.example.com", app.service(&TENANTS));
/// Server::new(app, &SITE).layer(hosts).serve("127.0.0.1:8000").await
/// # }
/// ```
///
/// The host is that of the request's target or of `:authority`, and otherwise of the header `Host`
/// ([RFC 9110 §7.2](https://www.rfc-editor.org/rfc/rfc9110#section-7.2)), in any case, without its port and without a dot at its
/// end. A name is preferred to `*.name`, which is for one label in front of the name. A host that nothing is for is answered with a
/// 421 ([RFC 9110 §15.5.20](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20)), unless [`otherwise`](Self::otherwise) says
/// what is.
///
/// Applications other than the one that is served have to be ended by the program: [`shutdown`](di_core::Application::shutdown).
#[derive(Clone, Default)]
#[must_use = "hosts have to be served"]
pub struct Hosts {
    sites: Arc<Sites>,
    otherwise: Option<Stack>,
}

#[derive(Clone, Default)]
struct Sites {
    names: HashMap<String, Stack>,
    /// By what is behind the first label.
    below: HashMap<String, Stack>,
}

impl Hosts {
    /// No host.
    pub fn new() -> Self {
        Self::default()
    }

    /// `service` for a host: `api.example.com`, or `*.example.com` for one label of any name, which [`HostLabel`] gives.
    ///
    /// # Panics
    ///
    /// If `host` is no name of a host, has a port, or has been given before.
    #[track_caller]
    pub fn host<S, B>(mut self, host: &str, service: S) -> Self
    where
        S: Service<Request<Body>, Response = http::Response<B>, Error: Into<BoxError>, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let name = host.strip_prefix("*.");
        let bare = name.unwrap_or(host);
        let is_label =
            |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let is_name = bare.split('.').all(is_label) || (name.is_none() && is_ipv6(bare));
        assert!(
            is_name,
            "`{host}` is no host\nhelp: write a name such as `api.example.com` or `*.example.com`, without a port"
        );
        let sites = Arc::make_mut(&mut self.sites);
        let map = if name.is_some() { &mut sites.below } else { &mut sites.names };
        let before = map.insert(bare.to_ascii_lowercase(), Stack::new(service));
        assert!(before.is_none(), "the host `{host}` has been given twice\nhelp: remove one of the two");
        self
    }

    /// `service` for all other hosts, and for requests that name none.
    pub fn otherwise<S, B>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = http::Response<B>, Error: Into<BoxError>, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        self.otherwise = Some(Stack::new(service));
        self
    }

    /// What answers for a host, and the label that `*` stands for.
    fn site(&self, host: &str) -> Option<(&Stack, Option<String>)> {
        if let Some(site) = self.sites.names.get(host) {
            return Some((site, None));
        }
        let below = host.split_once('.').filter(|(label, _)| !label.is_empty());
        let site = below.and_then(|(label, name)| Some((self.sites.below.get(name)?, Some(label.to_owned()))));
        site.or_else(|| Some((self.otherwise.as_ref()?, None)))
    }
}

fn is_ipv6(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    inner.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok())
}

/// The host that a request is for, in lower case and without its port; empty if it names none.
fn host_of<B>(request: &Request<B>) -> Cow<'_, str> {
    let header = || request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(http::uri::Authority::as_str).or_else(header).unwrap_or_default();
    // What is before an `@` is no host.
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let port = host.rfind(':').filter(|at| !host[*at..].contains(']'));
    let host = port.map_or(host, |at| &host[..at]);
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) { host.to_ascii_lowercase().into() } else { host.into() }
}

impl Service<Request<Body>> for Hosts {
    type Response = di_core::response::Response;
    type Error = Infallible;
    type Future = StackFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> StackFuture {
        let host = host_of(&request);
        let Some((site, label)) = self.site(&host) else {
            let problem =
                Problem::new(StatusCode::MISDIRECTED_REQUEST).detail(format!("nothing is at the host `{host}`"));
            return StackFuture::ready(problem.into_response());
        };
        let mut site = site.clone();
        if let Some(label) = label {
            request.extensions_mut().insert(HostLabel(label));
        }
        site.call(request)
    }
}

impl<S, B> Layer<S> for Hosts
where
    S: Service<Request<Body>, Response = http::Response<B>, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Service = Self;

    /// These hosts, and `inner` for all others.
    fn layer(&self, inner: S) -> Self {
        self.clone().otherwise(inner)
    }
}

impl fmt::Debug for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below = self.sites.below.keys().map(|name| format!("*.{name}"));
        let mut hosts: Vec<String> = self.sites.names.keys().cloned().chain(below).collect();
        hosts.sort();
        write!(f, "Hosts({})", hosts.join(", "))
    }
}

/// The label of the request's host that the `*` of [`Hosts::host`] stands for, in lower case: `acme` of `acme.example.com`.
///
/// Absent where the host has been chosen by another name; a handler that cannot do without is a 421 there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostLabel(pub String);

crate::extractor!(HostLabel);

impl std::ops::Deref for HostLabel {
    type Target = String;

    fn deref(&self) -> &String {
        &self.0
    }
}

impl Extract for HostLabel {
    const SOURCE: Source = Source::Request;

    fn extract(request: RequestView<'_>, _: &'static str) -> Result<Self, Rejection> {
        let label = request.parts.extensions.get().cloned();
        label.ok_or_else(|| {
            let problem = Problem::new(StatusCode::MISDIRECTED_REQUEST);
            Rejection::refused(problem.detail("this needs a host of another name")).absent()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_without_port_and_case() {
        for (uri, header, host) in [
            ("/", Some("Example.COM:80"), "example.com"),
            ("/", Some("example.com."), "example.com"),
            ("/", Some("example.com.:8080"), "example.com"),
            ("http://a.example:1/", Some("b.example"), "a.example"),
            ("http://user:pass@a.example/", None, "a.example"),
            ("/", Some("[::1]:80"), "[::1]"),
            ("/", Some("[::1]"), "[::1]"),
            ("/", Some(""), ""),
            ("/", None, ""),
        ] {
            let mut request = Request::get(uri);
            if let Some(header) = header {
                request = request.header(HOST, header);
            }
            assert_eq!(host_of(&request.body(()).unwrap()), host, "{uri} {header:?}");
        }
    }
}
