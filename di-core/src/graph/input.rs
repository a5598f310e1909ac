//! What is read from a request, and how does a read refuse?
#![allow(unsafe_code)]

use std::{
    any::TypeId,
    fmt,
    net::SocketAddr,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, request::Parts};

use super::SecurityScheme;
use crate::{
    body_stream::BodyStream,
    describe::{Operation, Replies, Subject},
    proxies::TrustedProxies,
    response::{IntoResponse, InvalidInput, Problem, Response, unexplained},
    route::{Params, Route},
    rt::BoxFuture,
    scope::Args,
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
    /// The session that the request opens: for the handler of such a route alone.
    Session,
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
    /// The route that the request matched.
    pub route: Option<Route<'static>>,
    /// The client's address, if the connection has one.
    pub peer: Option<SocketAddr>,
    /// The whole body, for an extractor whose source is [`Source::Body`].
    pub body: Option<&'r Bytes>,
    /// Which proxies are believed.
    pub proxies: &'r TrustedProxies,
}

impl<'r> RequestView<'r> {
    /// A request without parameters in its path, of a client without an address.
    #[must_use]
    pub fn of(parts: &'r Parts) -> Self {
        static NONE: TrustedProxies = TrustedProxies::none();
        Self { parts, route: None, peer: None, body: None, proxies: &NONE }
    }

    /// The raw values of the path's parameters.
    #[must_use]
    pub fn path_params(self) -> Params<'r> {
        let captures = self.route.map_or(&[][..], |route| route.captures());
        Params::new(captures, self.parts.uri.path())
    }
}

/// A type that is read from a request.
///
/// An application's own inputs are providers (`#[provider] fn page(headers: &HeaderMap) -> Page`); this trait is for
/// wrappers such as `Json` that read any type. For a parameter to be of it, it is provided in every container too, which
/// `di_server::extractor!` says.
pub trait Extract: Sized + Send + 'static {
    /// Where it is found.
    const SOURCE: Source;
    /// What it asks of the path.
    const PATH: PathShape = PathShape::None;
    /// Of credentials: how they are described.
    const SECURITY: Option<&'static SecurityScheme> = None;
    /// What is wrong with a constant that it is made of, said of its type.
    #[doc(hidden)]
    const FAULT: Option<&'static str> = None;

    /// How it is read from a body that it does not want whole: as the body comes, before the function runs that asks for it.
    ///
    /// Of what reads a body in this way [`extract`](Self::extract) is called where the body is at hand already.
    const STREAM: Option<ReadStream<Self>> = None;

    /// Whether a request's headers tell that its body is refused, whatever is in it: then it is not read, and
    /// [`extract`](Self::extract) sees an empty one.
    const REFUSES: Option<fn(&HeaderMap) -> bool> = None;

    /// Whether it takes a body as it was sent, and not as [`Settings::body_decoder`](crate::Settings::body_decoder) leaves it.
    const ENCODED: bool = false;

    /// How it is looked at once it has been read, where that takes what its node depends on.
    #[doc(hidden)]
    const CHECKED: Option<Checked> = None;

    /// Reads the value; `name` is the parameter's name.
    ///
    /// # Errors
    ///
    /// [`Rejection::absent`] when there is nothing to read, another rejection when it cannot be read.
    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection>;

    /// Says what it adds to the documentation of an operation; without this, what its source tells.
    fn describe(subject: Subject, operation: &mut Operation) {
        if let Some(scheme) = Self::SECURITY {
            operation.security(scheme, subject);
        }
        match Self::SOURCE {
            source @ (Source::Path | Source::Query | Source::Header | Source::Cookie) => {
                operation.parameter(source, subject);
            }
            Source::Body => {
                // What a type makes of no bytes is not known here; `Bytes` and `String` take them.
                let subject = Subject { required: false, ..subject };
                operation.body("*/*", subject).refusal(StatusCode::BAD_REQUEST, "The body broke off, or is not text.");
            }
            Source::Security | Source::Request | Source::Session => {}
        }
    }
}

/// Reads a `T` from a body as it comes; the name is the parameter's.
///
/// The limit of the route is kept by the stream. The future is dropped if the request is given up.
pub type ReadStream<T> = fn(RequestView<'_>, BodyStream, &'static str) -> BoxFuture<'static, Result<T, Rejection>>;

/// A value that is looked at once it has been read: what it finds wrong joins the request's one 422.
///
/// Whatever a function takes by value is checked if its type implements this; nobody has to ask for it.
pub trait Check {
    /// Looks at the value of the parameter `name`, which was read from `request`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, most often a [`Rejection::invalid`].
    fn check(&self, request: RequestView<'_>, name: &'static str) -> Result<(), Rejection>;
}

/// A value that is looked at with the help of a dependency: what its input's node takes.
pub trait CheckWith {
    /// The dependency.
    type Context: 'static;

    /// Looks at the value of the parameter `name`, which was read from `request`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, most often a [`Rejection::invalid`].
    fn check_with(
        &self,
        context: &Self::Context,
        request: RequestView<'_>,
        name: &'static str,
    ) -> Result<(), Rejection>;
}

/// How a value is looked at: what [`Check`] or [`CheckWith`] says of a type, without the type.
#[derive(Debug, Clone, Copy)]
pub struct Checked(unsafe fn(*const u8, Args<'_>, RequestView<'_>, &'static str) -> Result<(), Rejection>);

impl Checked {
    /// Describes `T`.
    #[must_use]
    pub const fn of<T: Check>() -> Self {
        unsafe fn check<T: Check>(
            at: *const u8,
            _: Args<'_>,
            request: RequestView<'_>,
            name: &'static str,
        ) -> Result<(), Rejection> {
            // SAFETY: the caller lends a live `T` at `at`.
            unsafe { &*at.cast::<T>() }.check(request, name)
        }
        Self(check::<T>)
    }

    /// Describes `T`, whose input's node has its context as the first parameter.
    #[must_use]
    pub const fn with<T: CheckWith<Context: Sync>>() -> Self {
        unsafe fn check<T: CheckWith<Context: Sync>>(
            at: *const u8,
            args: Args<'_>,
            request: RequestView<'_>,
            name: &'static str,
        ) -> Result<(), Rejection> {
            let context = args.shared::<T::Context>(0);
            // SAFETY: the caller lends a live `T` at `at`.
            unsafe { &*at.cast::<T>() }.check_with(context, request, name)
        }
        Self(check::<T>)
    }

    /// Looks at the value behind the pointer; `args` are those of its input.
    ///
    /// # Safety
    ///
    /// A live value of the type that this was made for lies at `at`, and nobody else uses it meanwhile.
    pub(crate) unsafe fn check(
        self,
        at: *const u8,
        args: Args<'_>,
        request: RequestView<'_>,
        name: &'static str,
    ) -> Result<(), Rejection> {
        // SAFETY: by the caller's promise.
        unsafe { (self.0)(at, args, request, name) }
    }
}

/// A read of a body that is under way; it leaves its value where it is told.
pub(crate) trait Reading: Send {
    /// Reads on.
    ///
    /// # Safety
    ///
    /// There is room at `out` for the value, which lies there once this has come to `Ok`.
    unsafe fn poll(&mut self, cx: &mut Context<'_>, out: *mut u8) -> Poll<Result<(), Rejection>>;
}

impl<T> Reading for BoxFuture<'static, Result<T, Rejection>> {
    unsafe fn poll(&mut self, cx: &mut Context<'_>, out: *mut u8) -> Poll<Result<(), Rejection>> {
        let read = ready!(self.as_mut().poll(cx));
        // SAFETY: the caller has room for a `T` at `out`.
        Poll::Ready(read.map(|value| unsafe { out.cast::<T>().write(value) }))
    }
}

/// How an input is read: what [`Extract`] says of a type, without the type.
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// Of which type it is.
    pub(crate) ty: TypeId,
    /// Where it is found.
    pub source: Source,
    /// What it asks of the path.
    pub path: PathShape,
    /// Of credentials: how they are described.
    pub security: Option<&'static SecurityScheme>,
    pub(crate) fault: Option<&'static str>,
    pub(crate) read: ReadInput,
    pub(crate) stream: Option<Stream>,
    pub(crate) encoded: bool,
    pub(crate) refuses: Option<fn(&HeaderMap) -> bool>,
    pub(crate) checked: Option<Checked>,
    /// What it says of itself.
    pub describe: fn(Subject, &mut Operation),
}

/// Reads the input of this name into the room behind the pointer.
pub(crate) type ReadInput = unsafe fn(&RequestView<'_>, &'static str, *mut u8) -> Result<(), Rejection>;

type Stream = fn(RequestView<'_>, BodyStream, &'static str) -> Box<dyn Reading>;

impl Input {
    /// Describes `T`.
    #[must_use]
    pub const fn of<T: Extract>() -> Self {
        unsafe fn read<T: Extract>(
            request: &RequestView<'_>,
            name: &'static str,
            out: *mut u8,
        ) -> Result<(), Rejection> {
            let value = T::extract(*request, name)?;
            // SAFETY: the caller has room for a `T` at `out`.
            unsafe { out.cast::<T>().write(value) };
            Ok(())
        }
        fn stream<T: Extract>(request: RequestView<'_>, body: BodyStream, name: &'static str) -> Box<dyn Reading> {
            let stream = T::STREAM.expect("only what reads a stream is asked to");
            Box::new(stream(request, body, name))
        }
        let stream: Option<Stream> = if T::STREAM.is_some() { Some(stream::<T>) } else { None };
        Self {
            ty: TypeId::of::<T>(),
            source: T::SOURCE,
            path: T::PATH,
            security: T::SECURITY,
            fault: match (T::FAULT, T::SECURITY) {
                (None, Some(scheme)) => scheme.fault(),
                (fault, _) => fault,
            },
            describe: T::describe,
            read: read::<T>,
            stream,
            encoded: T::ENCODED,
            refuses: T::REFUSES,
            checked: T::CHECKED,
        }
    }
}

/// Provides extractors that are not generic in every container.
macro_rules! input {
    ($($ty:ident),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<C> $crate::graph::Provide<C> for $ty {
                type Error = $crate::graph::Rejection;

                const NODE: $crate::graph::NodeRef = {
                    static NODE: $crate::graph::Node = $crate::graph::Node::input::<$ty>(stringify!($ty), "");
                    $crate::graph::NodeRef::new(&NODE)
                };
            }
        )*
    };
}

pub(crate) use input;

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
    Internal(String),
}

impl Reason {
    pub(crate) fn into_response(self) -> Response {
        match self {
            Self::Invalid(errors) => Problem::invalid(errors).into_response(),
            Self::Refused(problem) => problem.into_response(),
            Self::Internal(cause) => unexplained(cause),
        }
    }
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

    /// The server is at fault: a 500 that tells its client nothing. The log is told `cause` when that is the answer.
    #[must_use]
    pub fn internal(cause: impl Into<String>) -> Self {
        Self(Box::new(Inner { absent: false, reason: Reason::Internal(cause.into()) }))
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

    /// What the request would be answered with: status, detail, and the inputs that are invalid, for an answer in words of one's own.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match &self.0.reason {
            Reason::Invalid(errors) => Problem::invalid(errors.clone()),
            Reason::Refused(problem) => problem.clone(),
            Reason::Internal(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    pub(crate) fn into_reason(self) -> Reason {
        self.0.reason
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.0.reason.into_response()
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
            Reason::Internal(cause) => f.write_str(cause),
        }
    }
}

impl std::error::Error for Rejection {}
