//! What may a handler return?
//!
//! Anything that is [`IntoResponse`]: text, bytes, a status, headers, tuples of these, `Option` (`None` is a 404) and
//! `Result`. A `Result` whose error is no response but a [`std::error::Error`] is an opaque 500, logged with its sources.

mod api_error;
mod headers;
mod later;
mod problem;

use std::{borrow::Cow, convert::Infallible, fmt};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

pub use self::{
    api_error::{AnswersItself, ApiErrors, ErrorDetail, ErrorEntry, ErrorResponse, IsError},
    headers::with_type,
    later::{Asked, later},
    problem::{InvalidInput, Problem},
};
pub(crate) use self::{headers::keep, later::Later};
pub use crate::body::Body;
use crate::{
    body::BoxError,
    describe::{HasSchema, Replies, Reply, Schema},
    outcome::Outcome,
};

/// A response of this framework.
pub type Response<B = Body> = http::Response<B>;

/// Whether a response of this status ends with its head
/// ([RFC 9110 §6.4.1](https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1),
/// [§15.3.6](https://www.rfc-editor.org/rfc/rfc9110#section-15.3.6)).
#[doc(hidden)]
#[inline]
#[must_use]
pub fn is_bodiless(status: StatusCode) -> bool {
    status.is_informational()
        || matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
}

/// A value that can be sent as a response.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a response",
    label = "not a response",
    note = "help: return a type that implements `IntoResponse` (text, `Json`, `StatusCode`, a tuple of these), or implement it for `{Self}`"
)]
pub trait IntoResponse {
    /// Whether every response that it becomes is a success (2xx). Then it is no error: as the error of a handler or provider the
    /// compiler refuses it, because a refusal would be sent as a success, and what is torn down would be committed.
    const IS_SUCCESS: bool = false;

    /// Turns the value into a response.
    fn into_response(self) -> Response;

    /// Says which responses it may become, for the documentation of operations; without this, that nothing is known.
    ///
    /// ```
    /// use di_core::{
    ///     describe::Replies,
    ///     response::{IntoResponse, Problem, Response},
    /// };
    /// use http::StatusCode;
    ///
    /// struct NotFound;
    ///
    /// impl IntoResponse for NotFound {
    ///     fn into_response(self) -> Response {
    ///         Problem::new(StatusCode::NOT_FOUND).into_response()
    ///     }
    ///
    ///     fn describe(replies: &mut Replies) {
    ///         replies.problem(StatusCode::NOT_FOUND, "There is no such thing.");
    ///     }
    /// }
    /// ```
    fn describe(replies: &mut Replies)
    where
        Self: Sized,
    {
        replies.unknown();
    }
}

/// A value that sets parts of a response: the leading members of a tuple.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no part of a response",
    label = "neither headers nor extensions of a response"
)]
pub trait IntoResponseParts {
    /// Sets its parts on `response`, over those already there.
    fn into_response_parts(self, response: &mut Response);

    /// Adds what it sets to the description of a response; without this, nothing.
    #[must_use]
    fn describe(reply: Reply) -> Reply
    where
        Self: Sized,
    {
        reply
    }
}

#[diagnostic::do_not_recommend]
impl<B> IntoResponse for http::Response<B>
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    fn into_response(self) -> Response {
        self.map(Body::stream)
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Body {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        Response::new(self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for () {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        Response::new(Body::empty())
    }

    fn describe(replies: &mut Replies) {
        replies.push(Reply::new(StatusCode::OK, "Success."));
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Infallible {
    fn into_response(self) -> Response {
        match self {}
    }

    fn describe(_: &mut Replies) {}
}

/// A status by itself. A refusal is a [`Problem`] of that status, as all are.
#[diagnostic::do_not_recommend]
impl IntoResponse for StatusCode {
    fn into_response(self) -> Response {
        if self.is_client_error() || self.is_server_error() {
            return Problem::new(self).into_response();
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self;
        response
    }

    fn describe(replies: &mut Replies) {
        replies.any_status(|replies| {
            if replies.is_of_error() {
                replies.problem(StatusCode::INTERNAL_SERVER_ERROR, "A refusal.");
            } else {
                <() as IntoResponse>::describe(replies);
            }
        });
    }
}

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

fn describe_text(replies: &mut Replies) {
    replies.ok("text/plain", Schema::STRING);
}

fn describe_bytes(replies: &mut Replies) {
    replies.ok(BYTES, Schema::BYTES);
}

#[diagnostic::do_not_recommend]
impl IntoResponse for &'static str {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        with_type(const { HeaderValue::from_static(TEXT) }, Bytes::from_static(self.as_bytes()).into())
    }

    fn describe(replies: &mut Replies) {
        describe_text(replies);
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for String {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        with_type(const { HeaderValue::from_static(TEXT) }, self.into())
    }

    fn describe(replies: &mut Replies) {
        describe_text(replies);
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Box<str> {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        self.into_string().into_response()
    }

    fn describe(replies: &mut Replies) {
        describe_text(replies);
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Cow<'static, str> {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        match self {
            Cow::Borrowed(s) => s.into_response(),
            Cow::Owned(s) => s.into_response(),
        }
    }

    fn describe(replies: &mut Replies) {
        describe_text(replies);
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Bytes {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        with_type(const { HeaderValue::from_static(BYTES) }, self.into())
    }

    fn describe(replies: &mut Replies) {
        describe_bytes(replies);
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for &'static [u8] {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        Bytes::from_static(self).into_response()
    }

    fn describe(replies: &mut Replies) {
        describe_bytes(replies);
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoResponse for &'static [u8; N] {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        self.as_slice().into_response()
    }

    fn describe(replies: &mut Replies) {
        describe_bytes(replies);
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoResponse for [u8; N] {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        Bytes::copy_from_slice(&self).into_response()
    }

    fn describe(replies: &mut Replies) {
        describe_bytes(replies);
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Box<[u8]> {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        self.into_vec().into_response()
    }

    fn describe(replies: &mut Replies) {
        describe_bytes(replies);
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Vec<u8> {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        with_type(const { HeaderValue::from_static(BYTES) }, self.into())
    }

    fn describe(replies: &mut Replies) {
        describe_bytes(replies);
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for HeaderMap {
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        (self, ()).into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.push(Reply::new(StatusCode::OK, "Success.").open());
    }
}

/// Headers without a body.
impl<K, V, const N: usize> IntoResponse for [(K, V); N]
where
    Self: IntoResponseParts,
{
    const IS_SUCCESS: bool = true;

    fn into_response(self) -> Response {
        (self, ()).into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.push(Reply::new(StatusCode::OK, "Success.").open());
    }
}

impl<T: IntoResponse> IntoResponse for Option<T> {
    fn into_response(self) -> Response {
        match self {
            Some(value) => value.into_response(),
            None => Problem::new(StatusCode::NOT_FOUND).into_response(),
        }
    }

    fn describe(replies: &mut Replies) {
        T::describe(replies);
        replies.problem(StatusCode::NOT_FOUND, "There is no such thing.");
    }
}

/// In the extensions of a response that is an error, where its status does not tell: a redirection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failed;

impl Failed {
    #[cold]
    pub(crate) fn mark(mut response: Response) -> Response {
        if Outcome::of(response.status()).is_success() {
            response.extensions_mut().insert(Self);
        }
        response
    }
}

impl<T: IntoResponse, E: IntoResponse> IntoResponse for Result<T, E> {
    fn into_response(self) -> Response {
        match self {
            Ok(value) => value.into_response(),
            Err(error) => Failed::mark(error.into_response()),
        }
    }

    fn describe(replies: &mut Replies) {
        T::describe(replies);
        replies.without_schema(|replies| _ = replies.of_error(E::describe));
    }
}

impl<T: IntoResponse> IntoResponse for Box<T> {
    const IS_SUCCESS: bool = T::IS_SUCCESS;

    fn into_response(self) -> Response {
        (*self).into_response()
    }

    fn describe(replies: &mut Replies) {
        T::describe(replies);
    }
}

impl<T: HasSchema> HasSchema for Option<T> {
    const SCHEMA: Schema = T::SCHEMA;
}

impl<T: HasSchema, E> HasSchema for Result<T, E> {
    const SCHEMA: Schema = T::SCHEMA;
}

impl<T: HasSchema> HasSchema for Box<T> {
    const SCHEMA: Schema = T::SCHEMA;
}

impl IntoResponseParts for HeaderMap {
    fn into_response_parts(self, response: &mut Response) {
        // `HeaderMap::extend` replaces what is there and keeps repeated values of its argument.
        response.headers_mut().extend(self);
    }
}

impl<K, V, const N: usize> IntoResponseParts for [(K, V); N]
where
    K: TryInto<HeaderName, Error: fmt::Display>,
    V: TryInto<HeaderValue, Error: fmt::Display>,
{
    /// Each name replaces what is there; one that is listed twice is sent twice, as `Set-Cookie` may be. What no header may
    /// carry is left out and logged.
    fn into_response_parts(self, response: &mut Response) {
        let mut set: [Option<HeaderName>; N] = [const { None }; N];
        for (i, (name, value)) in self.into_iter().enumerate() {
            let Some((name, value)) = header(name, value) else { continue };
            if set[..i].contains(&Some(name.clone())) {
                response.headers_mut().append(name.clone(), value);
            } else {
                response.headers_mut().insert(name.clone(), value);
            }
            set[i] = Some(name);
        }
    }
}

fn header<K, V>(name: K, value: V) -> Option<(HeaderName, HeaderValue)>
where
    K: TryInto<HeaderName, Error: fmt::Display>,
    V: TryInto<HeaderValue, Error: fmt::Display>,
{
    let name = name.try_into().map_err(|error| tracing::error!(%error, "response header left out")).ok()?;
    match value.try_into() {
        Ok(value) => Some((name, value)),
        Err(error) => {
            tracing::error!(%name, %error, "response header left out");
            None
        }
    }
}

impl IntoResponseParts for http::Extensions {
    fn into_response_parts(self, response: &mut Response) {
        response.extensions_mut().extend(self);
    }
}

impl IntoResponseParts for () {
    fn into_response_parts(self, _: &mut Response) {}
}

impl<H: IntoResponseParts> IntoResponseParts for Option<H> {
    fn into_response_parts(self, response: &mut Response) {
        if let Some(parts) = self {
            parts.into_response_parts(response);
        }
    }
}

macro_rules! tuples {
    ($($part:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$($part: IntoResponseParts,)* T: IntoResponse> IntoResponse for ($($part,)* T,) {
            const IS_SUCCESS: bool = T::IS_SUCCESS;

            #[allow(non_snake_case, unused_mut)]
            fn into_response(self) -> Response {
                let ($($part,)* value,) = self;
                let mut response = value.into_response();
                $($part.into_response_parts(&mut response);)*
                response
            }

            fn describe(replies: &mut Replies) {
                replies.changed(T::describe, |reply| {
                    $(let reply = $part::describe(reply);)*
                    reply
                });
            }
        }


        #[diagnostic::do_not_recommend]
        impl<$($part: IntoResponseParts,)* T: IntoResponse> IntoResponse for (StatusCode, $($part,)* T) {
            #[allow(non_snake_case)]
            fn into_response(self) -> Response {
                let (status, $($part,)* value) = self;
                let mut response = ($($part,)* value,).into_response();
                *response.status_mut() = status;
                response
            }

            fn describe(replies: &mut Replies) {
                replies.any_status(<($($part,)* T,)>::describe);
            }
        }
    };
}

// The first of them may be a status.
macro_rules! schemas {
    ($(($($part:ident)*)),*) => {
        $(
            impl<$($part,)* T: HasSchema> HasSchema for ($($part,)* T,) {
                const SCHEMA: Schema = T::SCHEMA;
            }
        )*
    };
}

schemas!((), (P1), (P1 P2), (P1 P2 P3), (P1 P2 P3 P4));

tuples!();
tuples!(P1);
tuples!(P1 P2);
tuples!(P1 P2 P3);
tuples!(P1 P2 P3 P4);
tuples!(P1 P2 P3 P4 P5);
tuples!(P1 P2 P3 P4 P5 P6);

/// The response of an error that tells its client nothing: 500, the error and its sources in the log.
pub(crate) fn opaque(error: &(dyn std::error::Error + 'static), by: &str) -> Response {
    unexplained(format!("`{by}` failed: {error}{}", sources(error)))
}

/// A 500 that tells its client nothing; the log is told the cause, and so is a test.
#[doc(hidden)]
#[must_use]
pub fn unexplained(cause: String) -> Response {
    tracing::error!("{cause}");
    untold(cause)
}

/// As [`unexplained`], where the log has been told already.
#[doc(hidden)]
#[must_use]
pub fn untold(cause: String) -> Response {
    let mut response = Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    response.extensions_mut().insert(Cause(cause));
    response
}

/// What a 500 has kept from its client, as an extension of the response.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Cause(pub String);

/// What an error comes from, each with `: ` in front.
pub(crate) fn sources(error: &(dyn std::error::Error + 'static)) -> String {
    causes(error).into_iter().flat_map(|cause| [": ".to_owned(), cause]).collect()
}

/// What an error comes from, the nearest first, but for what was said already: many errors say what they come from themselves.
#[doc(hidden)]
#[must_use]
pub fn causes(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    let (mut causes, mut said, mut source) = (Vec::new(), error.to_string(), error.source());
    while let Some(error) = source {
        let text = error.to_string();
        if !said.ends_with(&text) {
            causes.push(text.clone());
        }
        (said, source) = (text, error.source());
    }
    causes
}
