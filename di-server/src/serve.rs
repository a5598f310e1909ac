//! How is an application put on the network?

#[cfg(any(feature = "tokio", feature = "smol"))]
use std::net::ToSocketAddrs;
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use di_core::{Application, Container, Table};

use crate::{
    error::Error,
    server::{self, Config, Listener},
};

/// Serves `app` with the routes of `table` on `address` until SIGINT or SIGTERM, then stops gracefully; on tokio.
///
/// Requests in flight have 30 s to complete; a second signal stops at once. For other settings, listeners or signals see
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
    if let Ok(address) = listener.local_addr() {
        tracing::info!("listening on http://{address}");
    }
    let grace = config.shutdown_timeout;
    server::run_with(app.service(table), listener, config, shutdown, stop_now).await?;
    let mut deadline = app.runtime().sleep(grace);
    let idle = {
        let mut idle = pin!(app.idle());
        poll_fn(|cx| match idle.as_mut().poll(cx) {
            Poll::Pending => deadline.as_mut().poll(cx).map(|()| false),
            ready => ready.map(|()| true),
        })
        .await
    };
    if idle {
        app.shutdown().await;
    } else {
        tracing::warn!("requests whose clients have gone were still being torn down after {grace:?}");
    }
    Ok(())
}
