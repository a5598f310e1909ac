//! How does hyper call the application? [`Calls`] is the hyper service of one connection. A [`Token`] travels from the
//! future into the response's body, so that the connection knows when nothing is in flight.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;

use super::service::App;
use super::watch::{Token, Watch};

/// The service of one connection.
#[derive(Debug)]
pub(super) struct Calls<A> {
    app: A,
    peer: Option<SocketAddr>,
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

    pub(super) fn new(app: A, peer: Option<SocketAddr>, watch: Arc<Watch>) -> Self {
        let token = watch.token();
        Self { app, peer, watch, token }
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
    type Future = InFlight<A::Future>;

    #[inline]
    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.watch.called(!request.body().is_end_stream());
        let token = Some(self.token.clone());
        #[cfg(feature = "websocket")]
        if request.method() == http::Method::CONNECT {
            return InFlight { inner: self.connect(request), token };
        }
        InFlight { inner: self.app.call(request, self.peer), token }
    }
}

pin_project! {
    /// A future or a body that counts as in flight until dropped.
    #[derive(Debug)]
    pub(super) struct InFlight<T> {
        #[pin]
        inner: T,
        // `None` once passed on to the response's body.
        token: Option<Token>,
    }
}

impl<F, B> Future for InFlight<F>
where
    F: Future<Output = Response<B>>,
{
    type Output = Result<Response<InFlight<B>>, Infallible>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.inner.poll(cx));
        let token = this.token.take();
        Poll::Ready(Ok(response.map(|inner| InFlight { inner, token })))
    }
}

impl<B: Body> Body for InFlight<B> {
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.project().inner.poll_frame(cx)
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
