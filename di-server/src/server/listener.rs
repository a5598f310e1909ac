//! Where do connections come from? A [`Listener`] accepts them; [`bind`] opens the usual socket for one.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};

use http::Extensions;
use hyper::rt::{Read, Write};
use socket2::{Domain, Protocol, Socket, Type};

use super::config::Config;

/// A source of connections.
///
/// # For implementers
///
/// [`accept`](Self::accept) should return as soon as a connection stands: what a protocol above needs, such as a TLS
/// handshake, belongs into the first reads and writes of [`Io`](Self::Io), or into a task that hands over what has been through it; else
/// one slow client holds up all others. A stream of tokio is one of hyper by `hyper_util::rt::TokioIo`. TLS is there already, with
/// the feature `tls`.
///
/// # Examples
///
/// A Unix socket, whose peers are known by their credentials:
///
/// ```
/// # #[cfg(all(unix, feature = "tokio"))] mod unix {
/// use std::{io, net::SocketAddr};
///
/// use di_server::{http::Extensions, server::Listener};
/// use hyper_util::rt::TokioIo;
/// use tokio::net::{UnixListener, UnixStream};
///
/// struct Local(UnixListener);
///
/// impl Listener for Local {
///     type Io = TokioIo<UnixStream>;
///
///     async fn accept(&mut self) -> io::Result<(Self::Io, Option<SocketAddr>)> {
///         let (stream, _) = self.0.accept().await?;
///         Ok((TokioIo::new(stream), None))
///     }
///
///     fn local_addr(&self) -> io::Result<SocketAddr> {
///         Err(io::ErrorKind::Unsupported.into())
///     }
///
///     // A handler takes `peer: Extension<tokio::net::unix::UCred>`.
///     fn extensions(&self, io: &Self::Io) -> Extensions {
///         let mut extensions = Extensions::new();
///         if let Ok(peer) = io.inner().peer_cred() {
///             extensions.insert(peer);
///         }
///         extensions
///     }
/// }
/// # }
/// ```
pub trait Listener: Send + 'static {
    /// One connection.
    type Io: Read + Write + Unpin + Send + 'static;

    /// Waits for the next connection, and gives it with the address of its peer, if it has one.
    ///
    /// # Errors
    ///
    /// Any; none ends the server. An error of the connection alone is logged, another makes the server pause.
    ///
    /// # Cancel safety
    ///
    /// Must lose no connection when dropped.
    fn accept(&mut self) -> impl Future<Output = io::Result<(Self::Io, Option<SocketAddr>)>> + Send;

    /// Returns the address that clients connect to.
    ///
    /// # Errors
    ///
    /// Those of the socket; [`io::ErrorKind::Unsupported`] where there is no such address.
    fn local_addr(&self) -> io::Result<SocketAddr>;

    /// What each request of a connection has in its extensions, where [`Extension`](crate::extract::Extension) reads it: the credentials
    /// of a Unix socket's peer, what a TLS handshake has found out. Nothing unless implemented.
    fn extensions(&self, io: &Self::Io) -> Extensions {
        let _ = io;
        Extensions::new()
    }

    /// Whether what clients send is encrypted, so that they write `https`. `false` unless implemented.
    fn is_secure(&self) -> bool {
        false
    }

    /// Sets `TCP_NODELAY` on a connection. Does nothing unless implemented.
    ///
    /// # Errors
    ///
    /// Those of the socket; they are logged.
    fn set_nodelay(&self, io: &Self::Io, nodelay: bool) -> io::Result<()> {
        let _ = (io, nodelay);
        Ok(())
    }
}

/// Opens a non-blocking listening socket on the first address of `addr` that can be bound, with `SO_REUSEADDR` (not on
/// Windows, where it means to share the port) and the backlog of `config`. Port 0 lets the system choose.
///
/// A host name is looked up while the thread waits: call it at start-up.
///
/// # Errors
///
/// The error of the last address tried; [`io::ErrorKind::InvalidInput`] if there was none.
pub fn bind(addr: impl ToSocketAddrs, config: &Config) -> io::Result<TcpListener> {
    let mut failure = io::Error::new(io::ErrorKind::InvalidInput, "no address to bind");
    for addr in addr.to_socket_addrs()? {
        match bind_one(addr, config) {
            Ok(listener) => return Ok(listener),
            Err(error) => failure = io::Error::new(error.kind(), format!("cannot listen on {addr}: {error}")),
        }
    }
    Err(failure)
}

fn bind_one(addr: SocketAddr, config: &Config) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    // Without it a restarted server cannot bind while connections of the old one are in TIME_WAIT.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    socket.listen(i32::try_from(config.backlog).unwrap_or(i32::MAX))?;
    Ok(socket.into())
}
