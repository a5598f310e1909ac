//! The server, and a client of it, on tokio.

use std::{
    net::{Ipv4Addr, SocketAddr},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
};

use di_core::{Body, response::Response};
use http::{HeaderValue, Request, header::HOST};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    sync::{oneshot, watch},
};

use crate::server::{self, Config};

/// A server on a port of its own.
#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    /// Dropped to stop the server.
    stop: Mutex<Option<oneshot::Sender<()>>>,
    /// Closed once the server has stopped.
    stopped: watch::Receiver<()>,
}

impl Server {
    #[track_caller]
    pub(super) fn start(service: impl server::App) -> Self {
        let config = Config::default();
        let listener = server::bind((Ipv4Addr::LOCALHOST, 0), &config)
            .and_then(tokio::net::TcpListener::from_std)
            .unwrap_or_else(|error| panic!("no port is to be had: {error}"));
        let address = listener.local_addr().unwrap_or_else(|error| panic!("a port without a number: {error}"));
        let (stop, asked) = oneshot::channel::<()>();
        let (running, stopped) = watch::channel(());
        let runtime = Arc::clone(service.runtime());
        runtime.spawn(Box::pin(async move {
            let asked = async move {
                let _ = asked.await;
            };
            let served = server::run_with(service, listener, config, asked, std::future::pending()).await;
            if let Err(error) = served {
                tracing::error!("the server of a test failed: {error}");
            }
            drop(running);
        }));
        Self { address, stop: Mutex::new(Some(stop)), stopped }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops the server, and waits until it has.
    pub(super) async fn stop(&self) {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut stopped = self.stopped.clone();
        while stopped.changed().await.is_ok() {}
    }

    /// Sends a request over a new connection.
    pub(super) async fn send(&self, mut request: Request<Body>) -> Response {
        let broken = |error: &dyn std::fmt::Display| -> ! { panic!("the connection to the server broke off: {error}") };
        let stream = match TcpStream::connect(self.address).await {
            Ok(stream) => stream,
            Err(error) => broken(&error),
        };
        let (mut sender, connection) = match http1::handshake(TokioIo::new(stream)).await {
            Ok(parts) => parts,
            Err(error) => broken(&error),
        };
        tokio::spawn(async move {
            // What goes wrong is told where the response is read.
            let _ = pin!(connection.with_upgrades()).await;
        });
        let host = request.uri().authority().map_or_else(|| self.address.to_string(), ToString::to_string);
        if let (false, Ok(host)) = (request.headers().contains_key(HOST), HeaderValue::try_from(host)) {
            request.headers_mut().insert(HOST, host);
        }
        match sender.send_request(request).await {
            Ok(response) => response.map(Body::stream),
            Err(error) => broken(&error),
        }
    }
}
