//! What is read from a request, and how does a read refuse?
#![allow(unsafe_code)]

use std::{fmt, net::SocketAddr};

use bytes::Bytes;
use http::request::Parts;

use crate::{
    describe::{Operation, Replies, Subject},
    response::{IntoResponse, InvalidInput, Problem, Response},
    route::{Capture, Params},
};

/// Where in a request an input is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The path's parameters.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// The body, which can be read once.
    Body,
    /// Credentials: whatever reaches them is resolved before what does not.
    Security,
    /// The request itself, or its connection.
    Request,
}

/// What an input asks of the route's path.
#[derive(Debug, Clone, Copy)]
pub enum PathShape {
    /// Nothing.
    None,
    /// The parameter that has the input's own name.
    Scalar,
    /// So many parameters, by position.
    Tuple(usize),
    /// Parameters by these names.
    Fields(&'static [&'static str]),
}

/// What an extractor sees of a request.
#[derive(Debug, Clone, Copy)]
pub struct RequestView<'r> {
    /// Method, URI, headers and extensions.
    pub parts: &'r Parts,
    /// The parameters of the route that the request matched.
    pub captures: &'static [Capture],
    /// The client's address, if the connection has one.
    pub peer: Option<SocketAddr>,
    /// The whole body, for an extractor whose source is [`Source::Body`].
    pub body: Option<&'r Bytes>,
}

impl<'r> RequestView<'r> {
    /// The raw values of the path's parameters.
    #[must_use]
    pub fn path_params(self) -> Params<'r> {
        Params::new(self.captures, self.parts.uri.path())
    }
}

/// A type that is read from a request.
///
/// An application's own inputs are providers (`#[provider] fn page(headers: &HeaderMap) -> Page`); this trait is for
/// wrappers such as `Json` that read any type.
pub trait Extract: Sized + Send + 'static {
    /// Where it is found.
    const SOURCE: Source;
    /// What it asks of the path.
    const PATH: PathShape = PathShape::None;

    /// Reads the value; `name` is the parameter's name.
    ///
    /// # Errors
    ///
    /// [`Rejection::absent`] when there is nothing to read, another rejection when it cannot be read.
    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection>;

    /// Says what it adds to the documentation of an operation; without this, what its source tells.
    fn describe(subject: Subject, operation: &mut Operation) {
        match Self::SOURCE {
            source @ (Source::Path | Source::Query | Source::Header | Source::Cookie) => {
                operation.parameter(source, subject);
            }
            Source::Body => {
                operation.body("*/*", subject);
            }
            Source::Security | Source::Request => {}
        }
    }
}

/// How an input is read: what [`Extract`] says of a type, without the type.
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// Where it is found.
    pub source: Source,
    /// What it asks of the path.
    pub path: PathShape,
    pub(crate) read: unsafe fn(RequestView<'_>, &'static str, *mut u8) -> Result<(), Rejection>,
    /// What it says of itself.
    pub describe: fn(Subject, &mut Operation),
}

impl Input {
    /// Describes `T`.
    #[must_use]
    pub const fn of<T: Extract>() -> Self {
        unsafe fn read<T: Extract>(
            request: RequestView<'_>,
            name: &'static str,
            out: *mut u8,
        ) -> Result<(), Rejection> {
            let value = T::extract(request, name)?;
            // SAFETY: the caller has room for a `T` at `out`.
            unsafe { out.cast::<T>().write(value) };
            Ok(())
        }
        Self { source: T::SOURCE, path: T::PATH, read: read::<T>, describe: T::describe }
    }
}

/// Why an input was not read.
///
/// Invalid inputs of a request are collected into one 422; any other rejection is a response of its own.
#[derive(Clone)]
pub struct Rejection(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    absent: bool,
    reason: Reason,
}

#[derive(Debug, Clone)]
pub(crate) enum Reason {
    Invalid(Vec<InvalidInput>),
    Refused(Problem),
}

impl Rejection {
    /// The input is there and is not what it should be.
    #[must_use]
    pub fn invalid(errors: Vec<InvalidInput>) -> Self {
        Self(Box::new(Inner { absent: false, reason: Reason::Invalid(errors) }))
    }

    /// The input is required and is not there; an `Option` of it is `None`.
    #[must_use]
    pub fn missing(location: &'static str, name: &str) -> Self {
        let reason = Reason::Invalid(vec![InvalidInput::missing(location, name)]);
        Self(Box::new(Inner { absent: true, reason }))
    }

    /// The request is refused with a response of its own, such as a 401 or a 415.
    #[must_use]
    pub fn refused(problem: Problem) -> Self {
        Self(Box::new(Inner { absent: false, reason: Reason::Refused(problem) }))
    }

    /// This rejection, for something that is not there at all: an `Option` of it is `None`.
    #[must_use]
    pub fn absent(mut self) -> Self {
        self.0.absent = true;
        self
    }

    /// Whether there was nothing to read.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.0.absent
    }

    pub(crate) fn into_reason(self) -> Reason {
        self.0.reason
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        match self.0.reason {
            Reason::Invalid(errors) => Problem::invalid(errors).into_response(),
            Reason::Refused(problem) => problem.into_response(),
        }
    }

    fn describe(replies: &mut Replies) {
        Problem::describe(replies);
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.reason {
            Reason::Invalid(errors) => errors.iter().try_for_each(|error| write!(f, "{error}; ")),
            Reason::Refused(problem) => problem.fmt(f),
        }
    }
}

impl std::error::Error for Rejection {}
