//! How do tower's layers come to be around a group of routes?
//!
//! The table is data, so it has of each layer the function that makes it. A [`Service`] calls these once, when it is made,
//! and keeps for each group that has layers one stack of them. What is below a stack is the same for all: it goes on with the
//! next group inward that has layers, and in the end to the route. Which route that is has been decided before the first
//! layer was called, and travels in the request's extensions.

use std::{
    convert::Infallible,
    fmt,
    future::{Future as _, poll_fn},
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::Request;
use tower_layer::Layer;

use crate::{
    body::{Body, BoxError},
    graph::Rejection,
    response::{IntoResponse, Response, unexplained},
    route::{Found, TableData},
    rt::BoxFuture,
    service::Service,
    unwind::{discard, message},
};

/// Puts one layer around a stack of them.
pub type Around = fn(Stack) -> Stack;

/// What is around a group's routes, and the routes: a [`tower_service::Service`] that cannot fail. Cheap to clone.
#[derive(Clone)]
pub struct Stack(Arc<dyn Fn(Request<Body>) -> BoxFuture<'static, Response> + Send + Sync>);

/// What `group(layers = [..], ..)` lists: a [`Layer`] around a [`Stack`], whose service is `Clone`, `Send` and `Sync`, takes a
/// request with a [`Body`] and answers with any body of bytes. Implemented for all that is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no layer that can be around a group",
    label = "not a layer",
    note = "help: give a `tower_layer::Layer`, such as those of tower-http, whose service is `Clone`, `Send` and `Sync`, takes and gives a `Body`, and whose error becomes a `BoxError`"
)]
pub trait GroupLayer<B> {
    /// The layer around `inner`.
    fn around(&self, inner: Stack) -> Stack;
}

#[diagnostic::do_not_recommend]
impl<L, B> GroupLayer<B> for L
where
    L: Layer<Stack>,
    L::Service: tower_service::Service<Request<Body>, Response = http::Response<B>, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    fn around(&self, inner: Stack) -> Stack {
        Stack::new(self.layer(inner))
    }
}

impl Stack {
    /// `service`, whatever its type; its errors and its panics are logged and answered with a 500.
    #[must_use]
    pub fn new<S, B>(service: S) -> Self
    where
        S: tower_service::Service<Request<Body>, Response = http::Response<B>, Error: Into<BoxError>, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        Self(Arc::new(move |request| {
            let mut service = service.clone();
            Box::pin(async move {
                let mut answer = pin!(async {
                    if let Err(error) = poll_fn(|cx| service.poll_ready(cx)).await {
                        return failed(&error.into());
                    }
                    let response = service.call(request).await;
                    response.map_or_else(|error| failed(&error.into()), |response| response.map(Body::stream))
                });
                poll_fn(|cx| caught(|| answer.as_mut().poll(cx))).await
            })
        }))
    }

    pub(crate) fn call(&self, request: Request<Body>) -> BoxFuture<'static, Response> {
        (self.0)(request)
    }
}

/// The answer where a layer has failed, or another service around the application's own: what it says itself, if it is a [`Rejection`],
/// or a 500, and the log says why.
#[doc(hidden)]
#[must_use]
pub fn failed(error: &BoxError) -> Response {
    if let Some(rejection) = error.downcast_ref::<Rejection>() {
        return rejection.clone().into_response();
    }
    unexplained(format!("a layer failed: {error}"))
}

/// Polls a layer, whose panic is logged and answered as its error is: what panicked is not to be polled again.
#[doc(hidden)]
pub fn caught(poll: impl FnOnce() -> Poll<Response>) -> Poll<Response> {
    catch_unwind(AssertUnwindSafe(poll)).unwrap_or_else(|panic| {
        let response = failed(&format!("it panicked: {}", message(&*panic)).into());
        discard(panic);
        Poll::Ready(response)
    })
}

/// The stacks of a table's groups, by the groups' indices; `None` if no group has layers.
pub(crate) fn stacks(table: &TableData) -> Option<Arc<[Option<Stack>]>> {
    if table.groups().all(|group| group.layers.is_empty()) {
        return None;
    }
    Some(table.groups().map(|group| stack(group.layers)).collect())
}

fn stack(layers: &[Around]) -> Option<Stack> {
    if layers.is_empty() {
        return None;
    }
    let inner = Stack(Arc::new(|request| Box::pin(onward(request))));
    Some(layers.iter().rfold(inner, |inner, around| around(inner)))
}

/// What has been decided of a request before its layers see it.
#[derive(Clone)]
pub(crate) struct Routed {
    pub(crate) service: Service,
    pub(crate) found: Found,
    pub(crate) peer: Option<SocketAddr>,
    /// How deep the last group was whose layers have been entered.
    pub(crate) depth: u32,
}

/// Goes on with the next group inward, or the route.
async fn onward(mut request: Request<Body>) -> Response {
    match request.extensions_mut().remove::<Routed>() {
        Some(routed) => routed.onward(request).await,
        None => failed(&"a layer of a group has taken away the extensions of its request".into()),
    }
}

impl tower_service::Service<Request<Body>> for Stack {
    type Response = Response;
    type Error = Infallible;
    type Future = StackFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> StackFuture {
        StackFuture((self.0)(request))
    }
}

/// The answer of a [`Stack`], which never fails.
#[must_use = "futures do nothing unless polled"]
pub struct StackFuture(BoxFuture<'static, Response>);

impl StackFuture {
    /// An answer to come.
    pub fn new(answer: BoxFuture<'static, Response>) -> Self {
        Self(answer)
    }

    /// An answer that is there already.
    pub fn ready(response: Response) -> Self {
        Self(Box::pin(std::future::ready(response)))
    }
}

impl Future for StackFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: std::pin::Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx).map(Ok)
    }
}

impl fmt::Debug for StackFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StackFuture")
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stack")
    }
}
