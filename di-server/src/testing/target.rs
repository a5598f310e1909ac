//! Where do the requests of a test go?

use std::{net::SocketAddr, sync::Arc};

use di_core::{Body, Peer, Service, layers::Stack, response::Response, scope::without_body};
use http::{Method, Request};
use tower_service::Service as _;

/// What goes around the application.
pub(super) type Around = Arc<dyn Fn(Stack) -> Stack + Send + Sync>;

/// The application, and what is around it.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) service: Service,
    /// The layers with the application in them, if there are any.
    layered: Option<Stack>,
}

impl Target {
    /// `service` with these around it, of which the last is the outermost.
    pub(super) fn new(service: Service, layers: &[Around]) -> Self {
        let inner = || Stack::new(service.clone().keep_head_bodies());
        let layered = (!layers.is_empty()).then(|| layers.iter().fold(inner(), |inner, around| around(inner)));
        Self { service, layered }
    }

    /// Sends a request there, as the server does.
    pub(super) async fn call(self, mut request: Request<Body>, peer: SocketAddr) -> Response {
        let Some(mut layered) = self.layered else { return self.service.handle(request, Some(peer)).await };
        let is_head = request.method() == Method::HEAD;
        request.extensions_mut().insert(Peer(peer));
        let Ok(response) = layered.call(request).await;
        if is_head { without_body(response) } else { response }
    }

    /// Starts a server of it.
    #[cfg(feature = "test-server")]
    #[track_caller]
    pub(super) fn served(&self) -> Arc<super::server::Server> {
        use super::server::Server;
        Arc::new(match &self.layered {
            None => Server::start(self.service.clone()),
            Some(layered) => {
                let runtime = Arc::clone(self.service.runtime());
                Server::start(crate::server::Layered::new(layered.clone(), runtime))
            }
        })
    }
}
