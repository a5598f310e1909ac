//! How does a function stand around the application, or around a group of routes?

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    task::{Context, Poll},
};

use bytes::Bytes;
use di_core::{
    Body, BoxError,
    layers::{Stack, StackFuture},
    response::{IntoResponse, Response},
    rt::BoxFuture,
};
use tower_layer::Layer;
use tower_service::Service;

/// A request of this framework.
pub type Request<B = Body> = http::Request<B>;

/// A layer of tower that is a function: it is given each request and what comes [`Next`], and answers.
///
/// It goes around the whole application ([`Server::layer`](crate::Server::layer)) or around a group (`group(layers = [..], ..)`).
/// What only lets in or not is better a guard, what prepares something a provider: these are described in the document, and
/// tests replace them.
///
/// ```
/// use std::time::Instant;
///
/// use di_server::{Next, Request, middleware, prelude::*};
///
/// # #[derive(Container)]
/// # pub struct App {}
/// async fn timed(request: Request, next: Next) -> Response {
///     let begun = Instant::now();
///     let mut response = next.run(request).await;
///     let took = begun.elapsed().as_secs();
///     response.headers_mut().insert("x-process-time", took.into());
///     response
/// }
///
/// #[get("/")]
/// async fn home() -> &'static str {
///     "hello"
/// }
///
/// static TABLE: Table<App> = table![group("/timed", layers = [middleware(timed)], home)];
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let client = TestClient::new(App::builder().build().await.unwrap(), &TABLE);
/// # client.get("/timed/").await.assert_text("hello").assert_header("x-process-time", "0");
/// # }
/// ```
///
/// # Cancel safety
///
/// The function's future is dropped where it waits if the client goes away, and [`Next::run`] with it.
#[must_use = "a layer does nothing until something is put into it"]
pub const fn middleware<F, Fut>(function: F) -> Middleware<F>
where
    F: Fn(Request, Next) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output: IntoResponse> + Send + 'static,
{
    Middleware { function, call: call::<F, Fut> }
}

/// A call of the function, whatever its type.
type Call<F> = fn(&F, Request, Next) -> BoxFuture<'static, Response>;

fn call<F, Fut>(function: &F, request: Request, next: Next) -> BoxFuture<'static, Response>
where
    F: Fn(Request, Next) -> Fut,
    Fut: Future<Output: IntoResponse> + Send + 'static,
{
    let answer = function(request, next);
    Box::pin(async move { answer.await.into_response() })
}

/// What [`middleware`] makes: a [`Layer`] around any service.
// That `F` is such a function is asked there alone, so that the compiler says once what is wrong with it.
#[derive(Clone, Copy)]
pub struct Middleware<F> {
    function: F,
    call: Call<F>,
}

impl<F> fmt::Debug for Middleware<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Middleware(..)")
    }
}

impl<F, S, B> Layer<S> for Middleware<F>
where
    F: Clone,
    S: Service<Request, Response = http::Response<B>, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Service = MiddlewareService<F>;

    fn layer(&self, inner: S) -> MiddlewareService<F> {
        MiddlewareService { around: self.clone(), inner: Stack::new(inner) }
    }
}

/// A service with a [`middleware`] around it.
#[derive(Clone)]
pub struct MiddlewareService<F> {
    around: Middleware<F>,
    inner: Stack,
}

impl<F> fmt::Debug for MiddlewareService<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MiddlewareService(..)")
    }
}

impl<F> Service<Request> for MiddlewareService<F> {
    type Response = Response;
    type Error = Infallible;
    type Future = StackFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Middleware { function, call } = &self.around;
        StackFuture::new(call(function, request, Next(self.inner.clone())))
    }
}

/// What is inside of a [`middleware`]: the next layer, or the application.
pub struct Next(Stack);

impl Next {
    /// Goes on with `request`, and comes back with the response, refusals included. An error or a panic of a layer further in is
    /// logged, and the response is a 500.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the request, as if its client had gone: what it has to tear down is torn down.
    pub async fn run(mut self, request: Request) -> Response {
        match self.0.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next(..)")
    }
}
