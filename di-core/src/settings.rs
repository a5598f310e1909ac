//! What may be set for a whole application?

use std::time::Duration;

use http::{HeaderMap, request::Parts};

use crate::{
    body::Body,
    body_stream::{BodyLimits, BodyStream},
    proxies::TrustedProxies,
    refusals::Hook,
    response::{Problem, Response},
};

/// Turns a body, as the headers say it was sent, into what it means; or refuses the request.
pub type BodyDecoder = fn(&HeaderMap, BodyStream) -> Result<Body, Problem>;

/// Limits of an application; each has a default.
///
/// | setting | default |
/// |---|---|
/// | [`blocking_threads`](Self::blocking_threads) | 40 |
/// | [`blocking_queue`](Self::blocking_queue) | 1,024 requests |
/// | [`body_limit`](Self::body_limit) | 2 MiB |
/// | [`body_read_timeout`](Self::body_read_timeout) | 30 s |
/// | [`body_decoder`](Self::body_decoder) | none: bodies are read as they were sent |
/// | [`trusted_proxies`](Self::trusted_proxies) | none |
/// | [`teardown_deadline`](Self::teardown_deadline) | 5 s |
/// | [`server_timing`](Self::server_timing) | off |
/// | [`refusals`](Self::refusals) | as they are |
///
/// ```
/// use di_core::Settings;
///
/// let settings = Settings::default().blocking_threads(8).body_limit(64 * 1024);
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) blocking_threads: usize,
    pub(crate) blocking_queue: usize,
    pub(crate) body_limit: usize,
    pub(crate) body_read_timeout: Duration,
    pub(crate) body_decoder: Option<BodyDecoder>,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) teardown_deadline: Duration,
    pub(crate) server_timing: bool,
    pub(crate) refusals: Option<Hook>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            blocking_threads: 40,
            blocking_queue: 1024,
            body_limit: 2 * 1024 * 1024,
            body_read_timeout: Duration::from_secs(30),
            body_decoder: None,
            trusted_proxies: TrustedProxies::none(),
            teardown_deadline: Duration::from_secs(5),
            server_timing: false,
            refusals: None,
        }
    }
}

impl Settings {
    /// How many functions of the application may block at once; at least one.
    #[must_use]
    pub fn blocking_threads(mut self, threads: usize) -> Self {
        self.blocking_threads = threads;
        self
    }

    /// How many requests that block may be under way beyond the threads; past it they are refused with a 503.
    #[must_use]
    pub fn blocking_queue(mut self, requests: usize) -> Self {
        self.blocking_queue = requests;
        self
    }

    /// How many bytes a request's body may have; past it the request is refused with a 413.
    ///
    /// A route has a limit of its own by `#[post("/", body_limit = 10_485_760)]`.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// How long a body that is being read may bring nothing; past it the request is refused with a 408
    /// ([RFC 9110 §15.5.9](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9)), or what reads it as it comes has an
    /// error. `Duration::MAX` waits for ever.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use di_core::Settings;
    ///
    /// let settings = Settings::default().body_read_timeout(Duration::from_secs(5));
    /// ```
    #[must_use]
    pub fn body_read_timeout(mut self, timeout: Duration) -> Self {
        self.body_read_timeout = timeout;
        self
    }

    /// The limits of a body whose route has this one of its own.
    pub(crate) fn body_limits(&self, of_route: Option<usize>) -> BodyLimits {
        BodyLimits { bytes: of_route.unwrap_or(self.body_limit), pause: self.body_read_timeout }
    }

    /// What bodies go through before anything reads them: how compressed ones are inflated.
    ///
    /// The limit counts what comes out; what goes in may be larger by what a coding adds to it, less than 1 % and 1 KiB. Bodies that
    /// nobody reads are left alone.
    #[must_use]
    pub fn body_decoder(mut self, decoder: BodyDecoder) -> Self {
        self.body_decoder = Some(decoder);
        self
    }

    /// Which proxies are believed when they say whom they forward for.
    #[must_use]
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.trusted_proxies = proxies;
        self
    }

    /// How long one teardown may take; past it it is dropped, which counts as its failure.
    #[must_use]
    pub fn teardown_deadline(mut self, deadline: Duration) -> Self {
        self.teardown_deadline = deadline;
        self
    }

    /// Whether each response says in a `Server-Timing` header how long each provider and the handler took.
    ///
    /// Browsers show it to whoever looks, so it is for development, or behind something that removes it.
    #[must_use]
    pub fn server_timing(mut self, on: bool) -> Self {
        self.server_timing = on;
        self
    }

    /// Gives every refusal of the application its shape: `reshape` is called with the problem and the request that met it,
    /// and returns the response.
    ///
    /// It is called for the framework's own refusals (404, 405, 413, 415, 422, 500, the 503 of a pool that is full), for each
    /// [`Problem`] that a handler or a provider answers with, and for a status from 400 without a body. A response with a
    /// body of its own is left as it is. Headers of the refusal that `reshape` does not set, such as `Allow` and
    /// `WWW-Authenticate`, are kept. Teardowns have seen the status that the refusal had before.
    ///
    /// What is refused before there is a request, or outside of the application, does not get here: a head that cannot be
    /// parsed or has no `Host` (400), is too large (431) or comes too slowly (408), the answers of layers around the service and of a
    /// group's layers that fail, the 421 of `Hosts`, and the 500 where a handler answers 1xx.
    ///
    /// A panic of `reshape` is logged and answered with a plain 500.
    ///
    /// ```
    /// use di_core::{Settings, response::IntoResponse};
    ///
    /// let settings = Settings::default()
    ///     .refusals(|problem, request| problem.instance(request.uri.path().to_owned()).into_response());
    /// ```
    #[must_use]
    pub fn refusals(mut self, reshape: impl Fn(Problem, &Parts) -> Response + Send + Sync + 'static) -> Self {
        self.refusals = Some(Hook::new(reshape));
        self
    }

    /// A response in the shape that the application gives it.
    #[inline]
    pub(crate) fn reshaped(&self, response: Response, request: &Parts) -> Response {
        match &self.refusals {
            Some(hook) => hook.reshape(response, request),
            None => response,
        }
    }
}
