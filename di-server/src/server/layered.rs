//! How is a service served that tower's layers are around?

use std::{
    fmt,
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use di_core::{
    Body, Peer,
    layers::{caught, failed},
    response::Response,
};
use http::Request;
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::service::{App, BoxError, Runtime};

/// A [`tower_service::Service`] as the engine serves it: the application's, with layers around it.
///
/// The client's address travels in the request's extensions, as a [`Peer`], so that `ConnectInfo` is known below the layers.
/// An error or a panic of a layer is logged and answered with a 500.
#[derive(Clone)]
pub struct Layered<S> {
    service: S,
    runtime: Arc<dyn Runtime>,
}

impl<S> Layered<S> {
    /// Serves `service` on `runtime`.
    pub fn new(service: S, runtime: Arc<dyn Runtime>) -> Self {
        Self { service, runtime }
    }
}

impl<S> fmt::Debug for Layered<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Layered(..)")
    }
}

/// As `S` is: so that one more layer goes around it.
impl<S: Service<Request<Body>>> Service<Request<Body>> for Layered<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> S::Future {
        self.service.call(request)
    }
}

impl<S, B> App for Layered<S>
where
    S: Service<Request<Body>, Response = http::Response<B>, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: 'static,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Future = LayeredFuture<S, S::Future>;
    type Body = Body;

    fn call(&self, request: Request<Incoming>, peer: Option<SocketAddr>) -> Self::Future {
        let mut request = request.map(Body::stream);
        if let Some(peer) = peer {
            request.extensions_mut().insert(Peer(peer));
        }
        LayeredFuture { stage: Stage::Waiting { service: self.service.clone(), request: Some(request) } }
    }

    fn runtime(&self) -> &Arc<dyn Runtime> {
        &self.runtime
    }
}

pin_project! {
    /// The response to come of a [`Layered`] service.
    #[must_use = "futures do nothing unless polled"]
    pub struct LayeredFuture<S, F> {
        #[pin]
        stage: Stage<S, F>,
    }
}

pin_project! {
    #[project = StageNow]
    enum Stage<S, F> {
        /// The service has not said that it is ready.
        Waiting { service: S, request: Option<Request<Body>> },
        Called { #[pin] future: F },
    }
}

impl<S, F> fmt::Debug for LayeredFuture<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LayeredFuture")
    }
}

impl<S, B> Future for LayeredFuture<S, S::Future>
where
    S: Service<Request<Body>, Response = http::Response<B>, Error: Into<BoxError>>,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let mut stage = self.project().stage;
        caught(|| {
            loop {
                match stage.as_mut().project() {
                    StageNow::Waiting { service, request } => {
                        if let Err(error) = ready!(service.poll_ready(cx)) {
                            return Poll::Ready(failed(&error.into()));
                        }
                        let request = request.take().expect("a service is called once");
                        let future = service.call(request);
                        stage.set(Stage::Called { future });
                    }
                    StageNow::Called { future } => {
                        return Poll::Ready(match ready!(future.poll(cx)) {
                            Ok(response) => response.map(Body::stream),
                            Err(error) => failed(&error.into()),
                        });
                    }
                }
            }
        })
    }
}
