//! How does hyper call the application? [`Calls`] is the hyper service of one connection. A [`Token`] travels from the
//! future into the response's body, so that the connection knows when nothing is in flight. What hyper leaves to its user is
//! seen to here: that a request names one host, and that no body is sent over HTTP/2 where HTTP has none.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use di_core::{response::is_bodiless, unwind::guard};
use http::{
    Extensions, HeaderValue, Method, Request, Response, StatusCode, Version,
    header::{CONNECTION, CONTENT_LENGTH, HOST, UPGRADE},
    response::Parts,
};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;

use super::service::App;
use super::watch::{Taking, Token, Watch};
use crate::headers::{Alphabet, is_repeated};

/// The service of one connection.
#[derive(Debug)]
pub(super) struct Calls<A> {
    app: A,
    peer: Option<SocketAddr>,
    extensions: Extensions,
    watch: Arc<Watch>,
    token: Token,
}

impl<A> Calls<A> {
    /// Calls the application with a request to open something, which may keep the connection in use.
    #[cfg(feature = "websocket")]
    #[cold]
    fn connect(&self, mut request: Request<Incoming>) -> A::Future
    where
        A: App,
    {
        request.extensions_mut().insert(Busy(self.token.clone()));
        self.app.call(request, self.peer)
    }

    pub(super) fn new(app: A, peer: Option<SocketAddr>, extensions: Extensions, watch: Arc<Watch>) -> Self {
        let token = watch.token();
        Self { app, peer, extensions, watch, token }
    }
}

/// Keeps a connection in use: what the token of a request is for as long as the request's response has a body, this is for
/// what a `CONNECT` has opened.
#[cfg(feature = "websocket")]
#[derive(Debug, Clone)]
pub(crate) struct Busy(#[expect(dead_code, reason = "held, never read")] Token);

impl<A: App> hyper::service::Service<Request<Incoming>> for Calls<A> {
    type Response = Response<InFlight<A::Body>>;
    type Error = Infallible;
    type Future = Call<A::Future>;

    #[inline]
    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.watch.called(!request.body().is_end_stream());
        let (token, is_head) = (Some(self.token.clone()), request.method() == Method::HEAD);
        let watch = (request.version() == Version::HTTP_2).then(|| Arc::clone(&self.watch));
        if !names_its_host(&request) {
            return Call { future: None, token, watch, is_head };
        }
        if watch.is_some() {
            tell_host(&mut request);
        }
        if !self.extensions.is_empty() {
            request.extensions_mut().extend(self.extensions.clone());
        }
        #[cfg(feature = "websocket")]
        if request.method() == Method::CONNECT {
            return Call { future: Some(self.connect(request)), token, watch, is_head };
        }
        Call { future: Some(self.app.call(request, self.peer)), token, watch, is_head }
    }
}

/// Whether a request has the one `Host` that it has to have: others on its way may take another of two for it
/// ([RFC 9112 §3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2)). Before HTTP/1.1 it may have none, and in HTTP/2 it is what
/// `:authority` says ([RFC 9113 §8.3.1](https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1)).
fn names_its_host<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    if request.version() > Version::HTTP_11 {
        let authority = request.uri().authority().map(|authority| authority.as_str().as_bytes());
        let host = headers.get(HOST).map(HeaderValue::as_bytes);
        let same = authority.zip(host).is_none_or(|(authority, host)| authority.eq_ignore_ascii_case(host));
        let named = authority.or(host).is_none_or(|named| IN_HOST.has_all(named));
        return same && named && !is_repeated(headers, &HOST);
    }
    // Nearly every client sends it first, where it is found without a look-up.
    let first = headers.iter().next().filter(|(name, _)| *name == HOST).map(|(_, host)| host);
    match first.or_else(|| headers.get(HOST)) {
        Some(_) if is_repeated(headers, &HOST) => false,
        Some(host) => IN_HOST.has_all(host.as_bytes()),
        None => request.version() < Version::HTTP_11,
    }
}

/// Gives a request of HTTP/2 the `Host` that it would have in HTTP/1.1, where handlers and layers look for it.
fn tell_host<B>(request: &mut Request<B>) {
    let host = request.uri().authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(host) = host {
        request.headers_mut().entry(HOST).or_insert(host);
    }
}

/// What a name, an address or a port may have ([RFC 3986 §3.2.2](https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2)).
static IN_HOST: Alphabet = Alphabet::new(b".:-_[]~%!$&'()*+,;=");

/// From so many bytes on, a body is not copied to be sent at once with its head: that would cost more than it spares.
const LARGE: u64 = 32 << 10;

pin_project! {
    /// The response to come; it counts as in flight until dropped.
    #[derive(Debug)]
    pub(super) struct Call<F> {
        // `None` for what is refused.
        #[pin]
        future: Option<F>,
        // `None` once passed on to the response's body.
        token: Option<Token>,
        // Over HTTP/2, where the body says to it whether it is taken.
        watch: Option<Arc<Watch>>,
        is_head: bool,
    }
}

impl<F, B> Future for Call<F>
where
    F: Future<Output = Response<B>>,
    B: Body,
{
    type Output = Result<Response<InFlight<B>>, Infallible>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(future) = this.future.as_pin_mut() else { return Poll::Ready(Ok(refused(this.token.take()))) };
        // In parts, since a response is large enough for its moves to cost.
        let (mut head, body) = ready!(future.poll(cx)).into_parts();
        let token = this.token.take();
        if head.status.is_informational() && !is_upgrade(&head) {
            return Poll::Ready(Ok(unfinished(&head, token)));
        }
        let bodiless = *this.is_head || is_bodiless(head.status);
        if bodiless {
            tell_length(&mut head, &body);
        } else if body.size_hint().exact().is_none_or(|size| size >= LARGE)
            && let Some(token) = &token
        {
            token.note_large();
        }
        let taking = this.watch.take().filter(|_| !bodiless && !body.is_end_stream()).map(Taking::new);
        let body = InFlight { body: (!bodiless).then_some(body), taking, _token: token };
        Poll::Ready(Ok(Response::from_parts(head, body)))
    }
}

/// Whether this says that the connection now speaks another protocol.
fn is_upgrade(head: &Parts) -> bool {
    head.status == StatusCode::SWITCHING_PROTOCOLS && head.headers.contains_key(UPGRADE)
}

/// A 500 in the place of what ends no request ([RFC 9110 §15.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.2)).
#[cold]
fn unfinished<B>(head: &Parts, token: Option<Token>) -> Response<InFlight<B>> {
    tracing::error!("a handler has answered with {}, which is no final status", head.status);
    bare(StatusCode::INTERNAL_SERVER_ERROR, token)
}

/// The answer to what is no request, as hyper gives it too.
#[cold]
fn refused<B>(token: Option<Token>) -> Response<InFlight<B>> {
    let mut response = bare(StatusCode::BAD_REQUEST, token);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn bare<B>(status: StatusCode, token: Option<Token>) -> Response<InFlight<B>> {
    let mut response = Response::new(InFlight { body: None, taking: None, _token: token });
    *response.status_mut() = status;
    response
}

/// Sets the length of a response that is sent without its body: to `HEAD` that of the body, where there never is one none.
#[cold]
fn tell_length<B: Body>(head: &mut Parts, body: &B) {
    if is_bodiless(head.status) {
        head.headers.remove(CONTENT_LENGTH);
    } else if let Some(length @ 1..) = body.size_hint().exact() {
        // A body of nothing may be one that the handler has left out.
        head.headers.entry(CONTENT_LENGTH).or_insert_with(|| length.into());
    }
}

pin_project! {
    /// A response's body, if it has one; it counts as in flight until dropped.
    #[derive(Debug)]
    pub(super) struct InFlight<B> {
        #[pin]
        body: Option<B>,
        taking: Option<Taking>,
        _token: Option<Token>,
    }

    impl<B> PinnedDrop for InFlight<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut body = this.project().body;
            // It may be the user's, whose panic must not take the connection, and what is still to be sent over it.
            if body.is_some() {
                guard("a response's body", || body.set(None));
            }
        }
    }
}

impl<B: Body> Body for InFlight<B> {
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let Some(body) = this.body.as_pin_mut() else { return Poll::Ready(None) };
        let polled = body.poll_frame(cx);
        if let Some(taking) = this.taking {
            taking.asked(matches!(polled, Poll::Ready(Some(_))));
        }
        polled
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
