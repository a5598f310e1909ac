//! Who is at the other end of the connection?

use std::{fmt, net::SocketAddr};

use di_core::graph::{Extract, Rejection, RequestView, Source};

/// The address that the connection comes from: the client's, or that of a proxy before it.
///
/// # Errors
///
/// A 500, explained in the log, where a connection has no such address: over a Unix socket, or below another server.
/// `Result<ConnectInfo, Rejection>` leaves the decision to the handler.
///
/// # Examples
///
/// ```
/// use di_core::graph::{Extract, RequestView};
/// use di_server::extract::ConnectInfo;
///
/// let (parts, ()) = http::Request::get("/").body(())?.into_parts();
/// let peer = Some(([127, 0, 0, 1], 4321).into());
/// let request = RequestView { peer, ..RequestView::of(&parts) };
///
/// let ConnectInfo(address) = ConnectInfo::extract(request, "client")?;
/// assert!(address.ip().is_loopback());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectInfo(pub SocketAddr);

impl Extract for ConnectInfo {
    const SOURCE: Source = Source::Request;

    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
        request.peer.map(Self).ok_or_else(|| without_address(format_args!("{name}: ConnectInfo")))
    }
}

/// That `what` needs where the connection comes from, which is not known.
pub(super) fn without_address(what: fmt::Arguments<'_>) -> Rejection {
    Rejection::internal(format!(
        "`{what}` needs the client's address, and this connection has none: it is no TCP connection, or the server \
         was not told the peer"
    ))
}

crate::extractor!(ConnectInfo);
