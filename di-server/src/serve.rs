//! How is an application put on the network?

#[cfg(any(feature = "tokio", feature = "smol"))]
use std::net::ToSocketAddrs;
use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use di_core::{Application, Body, BoxError, Container, Service, Table};
use http::Request;
use pin_project_lite::pin_project;

use crate::{
    error::Error,
    server::{self, Config, Layered, Listener},
};

/// Serves `app` with the routes of `table` on `address` until SIGINT or SIGTERM, then stops gracefully; on tokio.
///
/// Requests in flight have 30 s to complete, and so have websockets, which are closed with the code 1001; a second signal
/// stops at once. For other settings, listeners or signals see
/// [`serve_with`].
///
/// # Errors
///
/// If the address cannot be bound.
///
/// # Cancel safety
///
/// Dropping the future closes every connection; what their requests have to tear down is still torn down.
#[cfg(feature = "tokio")]
pub async fn serve<C: Container>(
    app: Application<C>,
    table: &'static Table<C>,
    address: impl ToSocketAddrs,
) -> Result<(), Error> {
    let config = Config::default();
    let listener = server::bind(address, &config)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let signals = (server::tokio::shutdown_signal(), server::tokio::second_signal());
    serve_with(app, table, listener, config, signals.0, signals.1).await
}

/// Serves on smol; otherwise as `serve` of the crate's root does on tokio.
#[cfg(feature = "smol")]
pub mod smol {
    use super::{Application, Config, Container, Error, Table, ToSocketAddrs, serve_with, server};

    /// Serves `app` with the routes of `table` on `address` until SIGINT or SIGTERM, then stops gracefully; on smol.
    ///
    /// # Errors
    ///
    /// If the address cannot be bound.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes every connection; what their requests have to tear down is still torn down.
    pub async fn serve<C: Container>(
        app: Application<C>,
        table: &'static Table<C>,
        address: impl ToSocketAddrs,
    ) -> Result<(), Error> {
        let config = Config::default();
        let listener = ::smol::net::TcpListener::try_from(server::bind(address, &config)?)?;
        let signals = (server::smol::shutdown_signal(), server::smol::second_signal());
        serve_with(app, table, listener, config, signals.0, signals.1).await
    }
}

/// Serves on any executor: `listener` accepts, `shutdown` asks for a graceful stop and `stop_now` for one at once.
///
/// # Errors
///
/// If the listener fails for good, or `config` allows no protocol.
///
/// # Cancel safety
///
/// As `serve`.
pub async fn serve_with<C: Container, L: Listener>(
    app: Application<C>,
    table: &'static Table<C>,
    listener: L,
    config: Config,
    shutdown: impl Future<Output = ()>,
    stop_now: impl Future<Output = ()>,
) -> Result<(), Error> {
    let service = app.service(table);
    run(app, service, listener, config, shutdown, stop_now).await
}

/// [`serve_with`], with tower's layers around the application: those of tower-http, or one's own.
///
/// A layer sees every request before it is routed, and every response, the refusals of routing included. `layer` is one, or
/// several of `tower::ServiceBuilder`. What is to be around some routes alone is better a guard or a provider; see the
/// [table](crate::table!) for why.
///
/// # Errors
///
/// As [`serve_with`].
///
/// # Cancel safety
///
/// As `serve`.
pub async fn serve_layered<C, Y, B, L>(
    app: Application<C>,
    table: &'static Table<C>,
    layer: Y,
    listener: L,
    config: Config,
    shutdown: impl Future<Output = ()>,
    stop_now: impl Future<Output = ()>,
) -> Result<(), Error>
where
    C: Container,
    Y: tower_layer::Layer<Service>,
    Y::Service: tower_service::Service<Request<Body>, Response = http::Response<B>, Error: Into<BoxError>>
        + Clone
        + Send
        + Sync
        + 'static,
    <Y::Service as tower_service::Service<Request<Body>>>::Future: Send + 'static,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    L: Listener,
{
    let service = Layered::new(layer.layer(app.service(table)), app.runtime().clone());
    run(app, service, listener, config, shutdown, stop_now).await
}

/// Time for what has been cut off to be torn down.
const CUT_GRACE: Duration = Duration::from_secs(5);

/// Cuts off what is left when the server ends, be it by being dropped.
struct CutOnDrop<'a, C: Container>(&'a Application<C>);

impl<C: Container> Drop for CutOnDrop<'_, C> {
    fn drop(&mut self) {
        self.0.cut_sessions();
    }
}

/// Waits until the application is idle, or for `limit`; says which it was.
async fn is_idle<C: Container>(app: &Application<C>, limit: impl Future<Output = ()>) -> bool {
    let (mut idle, mut limit) = (pin!(app.idle()), pin!(limit));
    poll_fn(|cx| match idle.as_mut().poll(cx) {
        Poll::Pending => limit.as_mut().poll(cx).map(|()| false),
        ready => ready.map(|()| true),
    })
    .await
}

/// Waits for either.
async fn race(a: impl Future<Output = ()>, b: impl Future<Output = ()>) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|cx| if a.as_mut().poll(cx).is_ready() { Poll::Ready(()) } else { b.as_mut().poll(cx) }).await;
}

pin_project! {
    /// A future that stays ready.
    struct Once<F> { #[pin] future: Option<F> }
}

impl<F: Future<Output = ()>> Future for Once<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        if let Some(future) = this.future.as_mut().as_pin_mut() {
            ready!(future.poll(cx));
            this.future.set(None);
        }
        Poll::Ready(())
    }
}

async fn run<C: Container, L: Listener>(
    app: Application<C>,
    service: impl server::App,
    listener: L,
    config: Config,
    shutdown: impl Future<Output = ()>,
    stop_now: impl Future<Output = ()>,
) -> Result<(), Error> {
    if let Ok(address) = listener.local_addr() {
        tracing::info!("listening on http://{address}");
    }
    let grace = config.shutdown_timeout;
    let shutdown = async {
        shutdown.await;
        app.close_sessions();
    };
    let guard = CutOnDrop(&app);
    let mut stop_now = pin!(Once { future: Some(stop_now) });
    server::run_with(service, listener, config, shutdown, stop_now.as_mut()).await?;
    // Connections that have been upgraded belong to sessions, and are none of the server's.
    app.close_sessions();
    let mut idle = is_idle(&app, race(app.runtime().sleep(grace), stop_now)).await;
    let cut = if idle { 0 } else { app.cut_sessions() };
    if cut > 0 {
        tracing::warn!(sessions = cut, "sessions were cut at shutdown");
        idle = is_idle(&app, app.runtime().sleep(CUT_GRACE)).await;
    }
    drop(guard);
    if idle {
        app.shutdown().await;
    } else {
        tracing::warn!("requests whose clients have gone were still being torn down after {grace:?}");
    }
    Ok(())
}
