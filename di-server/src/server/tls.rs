//! How does a server speak TLS? [`Tls`] has the certificates; [`Server::tls`](crate::Server::tls) puts it in front of whatever is
//! listened on, on any executor.
//!
//! ```no_run
//! use di_server::{Server, prelude::*, server::tls::Tls};
//!
//! #[derive(Container)]
//! struct App {}
//!
//! #[get("/")]
//! async fn home() -> &'static str {
//!     "hello"
//! }
//!
//! static TABLE: Table<App> = table![home];
//!
//! #[tokio::main]
//! async fn main() -> Result<(), di_server::Error> {
//!     let tls = Tls::from_pem_files("cert.pem", "key.pem")?;
//!     Server::new(App::builder().build().await?, &TABLE).tls(tls).serve("127.0.0.1:8443").await
//! }
//! ```
//!
//! TLS 1.2 and 1.3 are spoken, by [rustls](https://docs.rs/rustls). Client and server agree on HTTP/2 or HTTP/1.1 by ALPN
//! ([RFC 7301](https://www.rfc-editor.org/rfc/rfc7301)). A handshake has the time of a request's head,
//! [`header_read_timeout`](super::Config::header_read_timeout), and happens in the connection's own task: a slow one holds up nobody.

use std::fmt::{self, Display};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};

use http::Extensions;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

/// The library that speaks it, for a configuration of one's own.
pub use tokio_rustls::rustls;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::{ProtocolVersion, ServerConfig, ServerConnection};

use super::config::Config;
use super::listener::Listener;

/// What is encrypted and not yet taken by the socket, in bytes: a record, so that a peer that takes nothing is noticed.
const UNSENT_BYTES: usize = 16 << 10;

/// Certificates, and how to speak with them. Clones are of one: what is replaced in one is replaced in all.
#[derive(Clone)]
pub struct Tls(Arc<Mutex<Arc<ServerConfig>>>);

impl fmt::Debug for Tls {
    /// Shows nothing of the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// Reads a certificate, followed by those that vouch for it, and its private key from PEM files
    /// ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)).
    ///
    /// # Errors
    ///
    /// If a file cannot be read, is no PEM or has nothing of what is looked for in it, or if the two do not fit together. The error
    /// names the file.
    pub fn from_pem_files(certificates: impl AsRef<Path>, key: impl AsRef<Path>) -> io::Result<Self> {
        let (certificates, key) = (certificates.as_ref(), key.as_ref());
        let (first, second) = (read(certificates)?, read(key)?);
        Self::of_pem(&first, &certificates.display(), &second, &key.display())
    }

    /// The same, of what has been read.
    ///
    /// # Errors
    ///
    /// As of files.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> io::Result<Self> {
        Self::of_pem(certificates, &"the text", key, &"the key's text")
    }

    fn of_pem(certificates: &[u8], named: &dyn Display, key: &[u8], key_named: &dyn Display) -> io::Result<Self> {
        let chain = CertificateDer::pem_slice_iter(certificates).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|error| invalid(format!("{named} has a broken certificate: {error}")))?;
        if chain.is_empty() {
            return Err(invalid(format!("{named} has no certificate: no `-----BEGIN CERTIFICATE-----`")));
        }
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| invalid(format!("{key_named} has no private key: {error}")))?;
        // Of several libraries in one program none is the obvious one.
        let provider = CryptoProvider::get_default().cloned().unwrap_or_else(|| Arc::new(ring::default_provider()));
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.and_then(|config| config.with_no_client_auth().with_single_cert(chain, key));
        config.map(Self::new).map_err(|error| invalid(format!("{named} and {key_named} do not fit: {error}")))
    }

    /// A configuration of one's own: clients with certificates, a certificate for each name, other ciphers. One without
    /// `alpn_protocols` has those that the server serves.
    #[must_use]
    pub fn new(config: ServerConfig) -> Self {
        Self(Arc::new(Mutex::new(Arc::new(config))))
    }

    /// Takes what `other` has from the next connection on, as when a certificate has been renewed; what is open stays as it is.
    pub fn replace(&self, other: &Self) {
        let config = other.config();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = config;
    }

    fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts it in front of `listener`, for [`run`](super::run); clients may choose among the protocols of `config`.
    #[must_use]
    pub fn over<L: Listener>(&self, listener: L, config: &Config) -> TlsListener<L> {
        let offered = [(config.http2, "h2"), (config.http1, "http/1.1")];
        let offered = offered.into_iter().filter(|(served, _)| *served).map(|(_, name)| name.into()).collect();
        let source = self.config();
        TlsListener { listener, tls: self.clone(), acceptor: acceptor(&source, &offered), source, offered }
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    std::fs::read(path)
        .map_err(|error| io::Error::new(error.kind(), format!("cannot read {}: {error}", path.display())))
}

fn invalid(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}

fn acceptor(config: &Arc<ServerConfig>, offered: &Vec<Vec<u8>>) -> TlsAcceptor {
    if !config.alpn_protocols.is_empty() {
        return TlsAcceptor::from(Arc::clone(config));
    }
    let mut config = ServerConfig::clone(config);
    config.alpn_protocols.clone_from(offered);
    TlsAcceptor::from(Arc::new(config))
}

/// A listener whose connections are encrypted; see [`Tls::over`].
pub struct TlsListener<L> {
    listener: L,
    tls: Tls,
    /// What `acceptor` was made of: another one, once it has been replaced.
    source: Arc<ServerConfig>,
    acceptor: TlsAcceptor,
    offered: Vec<Vec<u8>>,
}

impl<L> fmt::Debug for TlsListener<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsListener").field("tls", &self.tls).finish_non_exhaustive()
    }
}

impl<L: Listener> Listener for TlsListener<L> {
    type Io = TlsIo<L::Io>;

    async fn accept(&mut self) -> io::Result<(Self::Io, Option<SocketAddr>)> {
        let (io, peer) = self.listener.accept().await?;
        let config = self.tls.config();
        if !Arc::ptr_eq(&config, &self.source) {
            self.acceptor = acceptor(&config, &self.offered);
            self.source = config;
        }
        Ok((TlsIo::new(&self.acceptor, io), peer))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    fn is_secure(&self) -> bool {
        true
    }

    fn extensions(&self, io: &Self::Io) -> Extensions {
        let mut extensions = io.below().map_or_else(Extensions::new, |io| self.listener.extensions(io));
        extensions.insert(io.info.clone());
        extensions
    }

    fn set_nodelay(&self, io: &Self::Io, nodelay: bool) -> io::Result<()> {
        io.below().map_or(Ok(()), |io| self.listener.set_nodelay(io, nodelay))
    }
}

/// What the handshake of a request's connection has found out; a handler takes it as
/// [`Extension<TlsInfo>`](crate::extract::Extension).
#[derive(Debug, Clone, Default)]
pub struct TlsInfo(Arc<OnceLock<Found>>);

#[derive(Debug)]
struct Found {
    version: Option<ProtocolVersion>,
    server_name: Option<String>,
    certificates: Vec<CertificateDer<'static>>,
}

impl TlsInfo {
    /// The name by which the client has asked for the server, if it has (SNI,
    /// [RFC 6066 §3](https://www.rfc-editor.org/rfc/rfc6066#section-3)).
    #[must_use]
    pub fn server_name(&self) -> Option<&str> {
        self.0.get()?.server_name.as_deref()
    }

    /// The client's certificate, followed by those that vouch for it; none unless a configuration of one's own has asked for it.
    #[must_use]
    pub fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        self.0.get().map_or(&[], |found| &found.certificates)
    }

    /// The version that is spoken.
    #[must_use]
    pub fn version(&self) -> Option<ProtocolVersion> {
        self.0.get()?.version
    }

    fn found(&self, connection: &ServerConnection) {
        let certificates = connection.peer_certificates().unwrap_or_default();
        let found = Found {
            version: connection.protocol_version(),
            server_name: connection.server_name().map(str::to_owned),
            certificates: certificates.iter().map(|certificate| certificate.clone().into_owned()).collect(),
        };
        // It is set once: a connection has one handshake.
        let _ = self.0.set(found);
    }
}

/// A connection of a [`TlsListener`]. The first read or write sees to the handshake.
#[derive(Debug)]
pub struct TlsIo<I> {
    state: State<I>,
    info: TlsInfo,
}

type Stream<I> = TokioIo<TlsStream<TokioIo<I>>>;

enum State<I> {
    Handshake(Box<Accept<TokioIo<I>>>),
    // Boxed, as the engine hands connections on by value.
    Open(Box<Stream<I>>),
    Failed,
}

impl<I> fmt::Debug for State<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Handshake(_) => "Handshake",
            Self::Open(_) => "Open",
            Self::Failed => "Failed",
        })
    }
}

impl<I: Read + Write + Unpin> TlsIo<I> {
    fn new(acceptor: &TlsAcceptor, io: I) -> Self {
        let limit = |connection: &mut ServerConnection| connection.set_buffer_limit(Some(UNSENT_BYTES));
        let accept = acceptor.accept_with(TokioIo::new(io), limit);
        Self { state: State::Handshake(Box::new(accept)), info: TlsInfo::default() }
    }

    /// The connection that is encrypted.
    fn below(&self) -> Option<&I> {
        match &self.state {
            State::Handshake(accept) => accept.get_ref().map(TokioIo::inner),
            State::Open(stream) => Some(stream.inner().get_ref().0.inner()),
            State::Failed => None,
        }
    }

    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Pin<&mut Stream<I>>>> {
        if let State::Handshake(accept) = &mut self.state {
            self.state = match ready!(Pin::new(&mut **accept).poll(cx)) {
                Ok(stream) => {
                    self.info.found(stream.get_ref().1);
                    State::Open(Box::new(TokioIo::new(stream)))
                }
                Err(error) => {
                    self.state = State::Failed;
                    return Poll::Ready(Err(error));
                }
            };
        }
        match &mut self.state {
            State::Open(stream) => Poll::Ready(Ok(Pin::new(&mut **stream))),
            _ => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }
}

impl<I: Read + Write + Unpin> Read for TlsIo<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_open(cx))?.poll_read(cx, buf)
    }
}

impl<I: Read + Write + Unpin> Write for TlsIo<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(cx))?.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(cx))?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state {
            // Nothing has been written.
            State::Handshake(_) => Poll::Ready(Ok(())),
            _ => ready!(self.poll_open(cx))?.poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state {
            State::Open(stream) => Pin::new(&mut **stream).poll_shutdown(cx),
            // There is nobody to say goodbye to.
            State::Handshake(_) | State::Failed => Poll::Ready(Ok(())),
        }
    }
}
