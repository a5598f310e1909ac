//! How is an application put on the network?

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Duration,
};
#[cfg(any(feature = "tokio", feature = "smol"))]
use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
};

use bytes::Bytes;
use di_core::{Application, Body, BoxError, Container, Service, Table, scope::Unfinished};
use http::Request;
use pin_project_lite::pin_project;

use crate::{
    error::Error,
    server::{self, Config, Layered, Listener},
};

/// An application that is being served, until it ends; a type with a name, so that a mistake in the address is reported once.
pub type Serving = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// Serves `app` with the routes of `table` on `address` until SIGINT or SIGTERM, then stops gracefully; on tokio.
///
/// The address is a text, `"127.0.0.1:8000"`, a [`SocketAddr`], or a host and a port, `("127.0.0.1", 8000)`. A host's name is looked up by
/// the call, which waits for the answer.
///
/// Requests in flight have 30 s to complete, and so have websockets, which are closed with the code 1001, and background tasks;
/// what is left then is cancelled and torn down. A second signal cuts what is in flight, whose teardowns still run. For other settings,
/// layers, listeners or signals see [`Server`].
///
/// # Errors
///
/// If the address cannot be bound.
///
/// # Cancel safety
///
/// Dropping the future closes every connection; what their requests have to tear down is still torn down.
#[cfg(feature = "tokio")]
#[must_use = "nothing is served until this is awaited"]
pub fn serve<C: Container>(app: Application<C>, table: &'static Table<C>, address: impl ToSocketAddrs) -> Serving {
    Server::new(app, table).serve(address)
}

/// Serves on smol; otherwise as `serve` of the crate's root does on tokio.
#[cfg(feature = "smol")]
pub mod smol {
    use super::{Application, Container, Server, Serving, Table, ToSocketAddrs};

    /// Serves `app` with the routes of `table` on `address` until SIGINT or SIGTERM, then stops gracefully; on smol.
    ///
    /// # Errors
    ///
    /// If the address cannot be bound.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes every connection; what their requests have to tear down is still torn down.
    #[must_use = "nothing is served until this is awaited"]
    pub fn serve<C: Container>(app: Application<C>, table: &'static Table<C>, address: impl ToSocketAddrs) -> Serving {
        Server::new(app, table).serve_on_smol(address)
    }
}

/// An application about to be served: with a configuration of the server, tower's layers, a listener or signals of your own.
///
/// ```no_run
/// use std::time::Duration;
///
/// use di_server::{Server, prelude::*, server::Config};
/// use tower_http::{compression::CompressionLayer, cors::CorsLayer};
///
/// #[derive(Container)]
/// struct App {}
///
/// #[get("/")]
/// async fn home() -> &'static str {
///     "hello"
/// }
///
/// static TABLE: Table<App> = table![home];
///
/// #[tokio::main]
/// async fn main() -> Result<(), di_server::Error> {
///     let app = App::builder().build().await?;
///     Server::new(app, &TABLE)
///         .config(Config::default().keep_alive_timeout(Duration::from_secs(75)))
///         .layer((CorsLayer::permissive(), CompressionLayer::new()))
///         .serve("127.0.0.1:8000")
///         .await
/// }
/// ```
#[must_use = "nothing is served until `serve` is called"]
pub struct Server<C: Container, S = Service> {
    app: Application<C>,
    service: S,
    config: Config,
    #[cfg(feature = "tls")]
    tls: Option<server::tls::Tls>,
}

impl<C: Container> Server<C> {
    /// A server of `app` with the routes of `table`, configured by [`Config::default`].
    pub fn new(app: Application<C>, table: &'static Table<C>) -> Self {
        let service = app.service(table).keep_head_bodies();
        Self {
            app,
            service,
            config: Config::default(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl<C: Container, S> Server<C, S> {
    /// Puts a layer of tower around the application: one of tower-http, or one's own. Several are a tuple, of which the first is the
    /// outermost, or a `tower::ServiceBuilder`; of several calls the last is the outermost.
    ///
    /// A layer sees every request before it is routed, and every response, the refusals of routing included. What is to be around
    /// some routes alone is better a guard or a provider; see the [table](crate::table!) for why.
    pub fn layer<Y, B>(self, layer: Y) -> Server<C, Layered<Y::Service>>
    where
        Y: tower_layer::Layer<S>,
        Y::Service: tower_service::Service<Request<Body>, Response = http::Response<B>, Error: Into<BoxError>>
            + Clone
            + Send
            + Sync
            + 'static,
        <Y::Service as tower_service::Service<Request<Body>>>::Future: Send + 'static,
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let service = Layered::new(layer.layer(self.service), self.app.runtime().clone());
        Server {
            app: self.app,
            service,
            config: self.config,
            #[cfg(feature = "tls")]
            tls: self.tls,
        }
    }
}

impl<C: Container, S: server::App> Server<C, S> {
    /// Sets limits and timeouts.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Speaks TLS on whatever is served on: its clients write `https`.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: server::tls::Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Serves on `address` until SIGINT or SIGTERM, then stops gracefully; on tokio. A second signal cuts what is in flight, whose
    /// teardowns still run.
    ///
    /// # Errors
    ///
    /// If the address cannot be bound, the configuration allows no protocol or no connection, or the thread that keeps time cannot be
    /// started.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes every connection; what their requests have to tear down is still torn down.
    #[cfg(feature = "tokio")]
    #[must_use = "nothing is served until this is awaited"]
    pub fn serve(self, address: impl ToSocketAddrs) -> Serving {
        let addresses = looked_up(address);
        Box::pin(async move {
            let listener = tokio::net::TcpListener::from_std(server::bind(&*addresses?, &self.config)?)?;
            self.serve_with(listener, server::tokio::shutdown_signal(), server::tokio::second_signal()).await
        })
    }

    /// [`serve`](Self::serve), on smol.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Cancel safety
    ///
    /// As there.
    #[cfg(feature = "smol")]
    #[must_use = "nothing is served until this is awaited"]
    pub fn serve_on_smol(self, address: impl ToSocketAddrs) -> Serving {
        let addresses = looked_up(address);
        Box::pin(async move {
            let listener = ::smol::net::TcpListener::try_from(server::bind(&*addresses?, &self.config)?)?;
            self.serve_with(listener, server::smol::shutdown_signal(), server::smol::second_signal()).await
        })
    }

    /// Serves on any executor: `listener` accepts, `shutdown` asks for a graceful stop and `stop_now` for one at once.
    ///
    /// # Errors
    ///
    /// If the configuration allows no protocol or no connection, or the thread that keeps time cannot be started. An error of the
    /// listener is logged, and it is asked again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes every connection; what their requests have to tear down is still torn down.
    pub async fn serve_with(
        self,
        listener: impl Listener,
        shutdown: impl Future<Output = ()>,
        stop_now: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            let listener = tls.over(listener, &self.config);
            return Box::pin(self.serve_on(listener, shutdown, stop_now)).await;
        }
        self.serve_on(listener, shutdown, stop_now).await
    }

    async fn serve_on(
        self,
        listener: impl Listener,
        shutdown: impl Future<Output = ()>,
        stop_now: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let Self { app, service, config, .. } = self;
        if let Ok(address) = listener.local_addr() {
            let scheme = if listener.is_secure() { "https" } else { "http" };
            tracing::info!("listening on {scheme}://{address}");
        }
        let grace = config.shutdown_timeout;
        // One deadline for connections, then sessions and tasks: what the first have used is not granted to the others again.
        let mut deadline = None;
        let shutdown = async {
            shutdown.await;
            tracing::info!("stopping; what is in flight has {grace:?}");
            deadline = Some(app.runtime().sleep(grace));
            app.close_sessions();
        };
        let guard = CutOnDrop(&app);
        let mut stop_now = pin!(Once { future: Some(stop_now) });
        server::run_with(service, listener, config, shutdown, stop_now.as_mut()).await?;
        // Connections that have been upgraded belong to sessions, and are none of the server's.
        app.close_sessions();
        let stop = async {
            if let Some(deadline) = deadline {
                race(deadline, stop_now).await;
            }
        };
        let mut idle = app.idle_before(stop).await;
        if !idle {
            let Unfinished { sessions, requests, tasks, held, teardowns, blocking, .. } = app.cut();
            tracing::warn!(sessions, requests, tasks, held, teardowns, blocking, "what was left was cut at shutdown");
            idle = app.idle_before(app.runtime().sleep(CUT_GRACE)).await;
        }
        drop(guard);
        if idle {
            app.shutdown().await;
            return Ok(());
        }
        let Unfinished { sessions, requests, tasks, held, teardowns, .. } = app.unfinished();
        tracing::warn!(sessions, requests, tasks, held, teardowns, "what did not end after the cut was dropped");
        let Unfinished { held, blocking, .. } = app.shutdown_now().await;
        if held > 0 || blocking > 0 {
            tracing::warn!(held, blocking, "what cannot be cut goes on; singletons in use have not been torn down");
        }
        Ok(())
    }
}

impl<C: Container, S> fmt::Debug for Server<C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The addresses that an address stands for.
#[cfg(any(feature = "tokio", feature = "smol"))]
fn looked_up(address: impl ToSocketAddrs) -> io::Result<Vec<SocketAddr>> {
    address.to_socket_addrs().map(Iterator::collect)
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
