//! Which limits does the engine keep? One plain struct; the table of defaults is in the [module docs](super).

use std::io;
use std::time::Duration;

/// Below this hyper refuses to size its buffer.
const MIN_BUFFER_BYTES: usize = 8192;

/// What hyper allows without being told. Telling it, even the same number, costs an allocation for each request.
const HYPER_MAX_HEADERS: usize = 100;

/// What a [`HeaderMap`](http::HeaderMap) can hold: of one field more hyper would panic.
const HELD_HEADERS: usize = 24_576;

/// An age: further ahead than that, a moment may have no place on the clock, and hyper would panic.
const NEVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Limits and timeouts of the engine. Built from [`Config::default`] by the setters named after the fields.
///
/// ```ignore
/// let config = Config::default().keep_alive_timeout(Duration::from_secs(75)).max_connections(Some(10_000));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// Time a client has to send a complete request head, from the accept or from the head's first byte. Default 10 s.
    pub header_read_timeout: Duration,
    /// Time a connection may stay without a request. Zero closes after each response. Default 5 s.
    pub keep_alive_timeout: Duration,
    /// Time a write may wait without the peer taking a byte. Default 60 s.
    pub write_timeout: Duration,
    /// Largest request head (HTTP/1, request line included) or header list (HTTP/2), in bytes. Default 64 KiB.
    pub max_header_bytes: usize,
    /// Largest number of header fields in a request (HTTP/1), from 1 to 24,576. Other values than the default cost one
    /// allocation per request. Default 100.
    pub max_headers: usize,
    /// Whether small writes leave at once (`TCP_NODELAY`). Default `true`.
    pub tcp_nodelay: bool,
    /// Connections that the kernel holds ready for us to accept. Read by [`bind`](super::bind). Default 1024.
    pub backlog: u32,
    /// Connections open at the same time, those that were upgraded among them; further ones wait in the backlog. `None`, the
    /// default, sets no limit.
    pub max_connections: Option<usize>,
    /// Time that requests in flight, and what they leave, have to complete once shutdown starts. Default 30 s.
    pub shutdown_timeout: Duration,
    /// Whether HTTP/1 is served. Default `true`.
    pub http1: bool,
    /// Whether HTTP/2 with prior knowledge is served. Default `true`.
    pub http2: bool,
    /// Whether a client may close its sending half and still get its response (HTTP/1). When off, that cancels the
    /// request, since a vanished client looks the same. Default `false`.
    pub half_close: bool,
    /// Requests open at the same time on one HTTP/2 connection. Default 200.
    pub max_concurrent_streams: u32,
    /// Time between two PINGs to an HTTP/2 client. `None` sends none. Default 20 s.
    pub http2_ping_interval: Option<Duration>,
    /// Time an HTTP/2 client has to answer a PING. Default 20 s.
    pub http2_ping_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            header_read_timeout: Duration::from_secs(10),
            keep_alive_timeout: Duration::from_secs(5),
            write_timeout: Duration::from_secs(60),
            max_header_bytes: 64 * 1024,
            max_headers: HYPER_MAX_HEADERS,
            tcp_nodelay: true,
            backlog: 1024,
            max_connections: None,
            shutdown_timeout: Duration::from_secs(30),
            http1: true,
            http2: true,
            half_close: false,
            max_concurrent_streams: 200,
            http2_ping_interval: Some(Duration::from_secs(20)),
            http2_ping_timeout: Duration::from_secs(20),
        }
    }
}

/// Writes one builder-style setter for each field, so that field and setter cannot drift apart.
macro_rules! setters {
    ($($name:ident: $kind:ty,)*) => {
        impl Config {
            $(
                #[doc = concat!("Sets [`", stringify!($name), "`](field@Config::", stringify!($name), ").")]
                #[must_use]
                pub fn $name(mut self, $name: $kind) -> Self {
                    self.$name = $name;
                    self
                }
            )*
        }
    };
}

setters! {
    header_read_timeout: Duration,
    keep_alive_timeout: Duration,
    write_timeout: Duration,
    max_header_bytes: usize,
    max_headers: usize,
    tcp_nodelay: bool,
    backlog: u32,
    max_connections: Option<usize>,
    shutdown_timeout: Duration,
    http1: bool,
    http2: bool,
    half_close: bool,
    max_concurrent_streams: u32,
    http2_ping_interval: Option<Duration>,
    http2_ping_timeout: Duration,
}

impl Config {
    /// Refuses what could serve nobody, or more than there can be.
    pub(super) fn check(&self) -> io::Result<()> {
        let problem = match self {
            Self { http1: false, http2: false, .. } => "both HTTP/1 and HTTP/2 are switched off",
            Self { max_connections: Some(0), .. } => "`max_connections` is zero",
            Self { max_headers: 0, http1: true, .. } => "`max_headers` is zero",
            Self { max_headers, http1: true, .. } if *max_headers > HELD_HEADERS => {
                "`max_headers` is more than 24576, which is what a request can have"
            }
            Self { max_concurrent_streams: 0, http2: true, .. } => "`max_concurrent_streams` is zero",
            _ => return Ok(()),
        };
        Err(io::Error::new(io::ErrorKind::InvalidInput, problem))
    }

    /// Returns hyper's HTTP/1 side, which sends a body from where it is, or `copies` it behind its head. It gets no timer: its
    /// own header timeout costs 1,500 instructions a request. Nor is it asked to notice that a client has gone, which
    /// [`WatchedIo`](super::io::WatchedIo) does.
    pub(super) fn http1_builder(&self, copies: bool) -> hyper::server::conn::http1::Builder {
        let mut builder = hyper::server::conn::http1::Builder::new();
        builder
            .keep_alive(!self.keep_alive_timeout.is_zero())
            .half_close(true)
            .writev(!copies)
            .max_header_size(self.max_header_bytes)
            .max_buf_size(self.max_header_bytes.max(MIN_BUFFER_BYTES));
        if self.max_headers != HYPER_MAX_HEADERS {
            builder.max_headers(self.max_headers);
        }
        builder
    }

    /// Returns hyper's HTTP/2 side, with streams and PINGs on the application's executor.
    pub(super) fn http2_builder(
        &self,
        spawner: super::rt::Spawner,
    ) -> hyper::server::conn::http2::Builder<super::rt::Spawner> {
        let timer = spawner.clone();
        let mut builder = hyper::server::conn::http2::Builder::new(spawner);
        builder
            .timer(timer)
            .max_concurrent_streams(self.max_concurrent_streams)
            .max_header_list_size(u32::try_from(self.max_header_bytes).unwrap_or(u32::MAX))
            .keep_alive_interval(self.http2_ping_interval.map(|interval| interval.min(NEVER)))
            .keep_alive_timeout(self.http2_ping_timeout.min(NEVER));
        // RFC 8441: websockets.
        #[cfg(feature = "websocket")]
        builder.enable_connect_protocol();
        builder
    }
}
