//! What does the engine ask of the rest of the framework? This is the only file that says so: an [`App`] to call and a
//! [`Runtime`] to run on.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;

pub use di_core::{
    BoxError,
    rt::{BoxFuture, Runtime},
};

/// The application, as the engine sees it: cheap to clone, and never failing, since errors are responses already.
pub trait App: Clone + Send + Sync + 'static {
    /// The response to come. Dropped early when the client goes away or the server stops.
    type Future: Future<Output = Response<Self::Body>> + Send + 'static;

    /// The body of the response; an error in it closes the connection.
    type Body: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static;

    /// Starts one request. `peer` is the address of the client, if the listener knows one.
    fn call(&self, request: Request<Incoming>, peer: Option<SocketAddr>) -> Self::Future;

    /// Returns the executor on which connections run.
    fn runtime(&self) -> &Arc<dyn Runtime>;
}

impl App for di_core::Service {
    type Future = di_core::scope::ResponseFuture;
    type Body = di_core::Body;

    #[inline]
    fn call(&self, request: Request<Incoming>, peer: Option<SocketAddr>) -> Self::Future {
        self.handle(request, peer)
    }

    fn runtime(&self) -> &Arc<dyn Runtime> {
        di_core::Service::runtime(self)
    }
}
