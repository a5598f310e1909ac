//! When does the server take connections, and when does it stop? [`run`] accepts until it is told to stop, drains what is
//! open, and cuts what is left at the deadline.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use super::config::Config;
use super::connection::{Connection, Engine};
use super::listener::Listener;
use super::registry::Registry;
use super::rt::{Either, Guarded, race, yield_now};
use super::service::App;
use super::watch::{CUT, SHUTDOWN};

const SHORTEST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Connections accepted in a row before other tasks, and the shutdown, get their turn.
const ACCEPT_BURST: u32 = 64;

/// Time for tasks to notice that they were cut. A handler that blocks its thread cannot be cut, and must not hold us.
const CUT_GRACE: Duration = Duration::from_secs(1);

/// Serves `app` on `listener` until `shutdown` is ready, then stops gracefully: nothing is accepted any more, idle
/// connections close at once, requests in flight complete within
/// [`Config::shutdown_timeout`], what is left then is dropped, and a warning says how many connections were cut.
///
/// Returns once every connection is closed. Connections that were upgraded belong to whoever upgraded them.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] if `config` could serve nobody, or has more headers than a request can have; if there is no
/// thread for the clock. Errors of accepting are logged and survived.
///
/// # Cancel safety
///
/// Dropping it stops the server at once: every connection is dropped.
pub async fn run<L, A>(app: A, listener: L, config: Config, shutdown: impl Future<Output = ()>) -> io::Result<()>
where
    L: Listener,
    A: App,
{
    run_with(app, listener, config, shutdown, pending()).await
}

/// Like [`run`], and when `stop_now` is ready, before or during the graceful stop, drops every connection at once. Both
/// are polled from the start, so that the two can be the first and the second signal.
///
/// # Errors
///
/// As [`run`].
///
/// # Cancel safety
///
/// As [`run`].
pub async fn run_with<L, A>(
    app: A,
    listener: L,
    config: Config,
    shutdown: impl Future<Output = ()>,
    stop_now: impl Future<Output = ()>,
) -> io::Result<()>
where
    L: Listener,
    A: App,
{
    config.check()?;
    let engine = Arc::new(Engine::new(app, config));
    engine.registry.start_clock(engine.limits)?;
    let _guard = CutOnDrop(engine.registry.clone());
    let mut stop_now = pin!(stop_now);
    let accepting = race(shutdown, accept_forever(&engine, listener));
    // The listener is dropped with `accepting`, hence closed before draining starts.
    match race(stop_now.as_mut(), accepting).await {
        Either::First(()) => {}
        Either::Second(Either::First(())) => drain(&engine, stop_now).await,
        Either::Second(Either::Second(never)) => match never {},
    }
    cut(&engine).await;
    Ok(())
}

/// Cuts all connections when [`run_with`] ends, be it by being dropped.
struct CutOnDrop(Arc<Registry>);

impl Drop for CutOnDrop {
    fn drop(&mut self) {
        self.0.signal_all(CUT);
    }
}

async fn accept_forever<L: Listener, A: App>(engine: &Arc<Engine<A>>, mut listener: L) -> Infallible {
    let limit = engine.config.max_connections.unwrap_or(usize::MAX);
    let mut pause = SHORTEST_PAUSE;
    let mut burst = 0;
    loop {
        engine.registry.below(limit).await;
        match listener.accept().await {
            Ok((io, peer)) => {
                if let Err(error) = listener.set_nodelay(&io, engine.config.tcp_nodelay) {
                    tracing::debug!(?peer, %error, "TCP_NODELAY not set");
                }
                let extensions = listener.extensions(&io);
                let connection = Connection::new(engine.clone(), io, peer, extensions);
                engine.runtime.spawn(Box::pin(Guarded::new(connection)));
                pause = SHORTEST_PAUSE;
                burst += 1;
            }
            Err(error) if is_of_one_connection(&error) => {
                tracing::debug!(%error, "connection lost before it was accepted");
            }
            Err(error) => {
                // Out of descriptors or memory, usually: only time, or a connection that closes, will help.
                tracing::warn!(%error, ?pause, "accept failed");
                engine.runtime.sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
        if burst >= ACCEPT_BURST {
            burst = 0;
            yield_now().await;
        }
    }
}

/// Linux hands errors of a pending connection to `accept` ([accept(2)]); the next call may well succeed.
///
/// [accept(2)]: https://man7.org/linux/man-pages/man2/accept.2.html
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, Interrupted, NetworkDown,
        NetworkUnreachable,
    };
    matches!(
        error.kind(),
        ConnectionAborted
            | ConnectionRefused
            | ConnectionReset
            | HostUnreachable
            | Interrupted
            | NetworkDown
            | NetworkUnreachable
    )
}

/// Waits until every connection is closed, the deadline passes, or `stop_now` is ready.
async fn drain<A: App>(engine: &Engine<A>, stop_now: Pin<&mut impl Future<Output = ()>>) {
    let open = engine.registry.signal_all(SHUTDOWN);
    tracing::debug!(connections = open, "shutting down");
    let deadline = engine.runtime.sleep(engine.config.shutdown_timeout);
    race(engine.registry.empty(), race(stop_now, deadline)).await;
}

/// Drops the connections that are left.
async fn cut<A: App>(engine: &Engine<A>) {
    let open = engine.registry.signal_all(CUT);
    if open == 0 {
        return;
    }
    tracing::warn!(connections = open, "connections were cut at shutdown");
    race(engine.registry.empty(), engine.runtime.sleep(CUT_GRACE)).await;
    let stuck = engine.registry.len();
    if stuck > 0 {
        tracing::warn!(connections = stuck, "connections could not be cut: a handler blocks its thread");
    }
}
