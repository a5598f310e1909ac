//! How is `multipart/form-data` read ([RFC 7578](https://www.rfc-editor.org/rfc/rfc7578))?
//!
//! | module | answers |
//! |---|---|
//! | this one | how are fields read, one after the other? |
//! | [`pace`] | how is no more of the body read than is asked for? |
//! | [`form`] | how do all fields become a struct? |
//! | [`upload`] | where does a file go that has been sent? |

mod form;
mod pace;
mod upload;

use std::{fmt, future::poll_fn, io, pin::Pin, sync::Arc, task::Poll};

use bytes::{Bytes, BytesMut};
use di_core::{
    BodyError, BodyStream, Offload,
    describe::{Operation, Replies, Subject},
    graph::{Extract, ReadStream, Rejection, RequestView, Source},
    response::{IntoResponse, Problem, Response},
};
use futures_core::Stream as _;
use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};

use self::pace::{Pace, Paced};
use super::content_type::require_multipart;

pub use self::{form::MultipartForm, upload::UploadFile};

/// How much there may be before a field's content, in bytes: multer keeps all of it, and searches it anew with each chunk.
const HEAD: usize = 16 * 1024;

/// The fields of a `multipart/form-data` body, one after the other, as they come.
///
/// No more of the body is read than the field needs that is asked for, and nothing is kept but what stands before a field's
/// content, which may be 16 KiB. [`MultipartForm`] reads all of it into a struct.
///
/// # Errors
///
/// 415 if the content type is another; 400 if it has no boundary, or with neither a body nor a content type.
///
/// # Examples
///
/// ```
/// use di_server::extract::{Multipart, MultipartError};
///
/// // In a handler: `form: Multipart`.
/// async fn sizes(mut form: Multipart) -> Result<String, MultipartError> {
///     let mut sizes = String::new();
///     while let Some(mut field) = form.next_field().await? {
///         let mut size = 0;
///         while let Some(chunk) = field.chunk().await? {
///             size += chunk.len();
///         }
///         sizes += &format!("{}: {size} bytes\n", field.name().unwrap_or("?"));
///     }
///     Ok(sizes)
/// }
/// ```
pub struct Multipart {
    inner: multer::Multipart<'static>,
    /// The last field, of which there may be more to come.
    field: Option<multer::Field<'static>>,
    pace: Arc<Pace>,
    offload: Offload,
}

impl Multipart {
    fn new(request: RequestView<'_>, body: BodyStream) -> Result<Self, Rejection> {
        let headers = &request.parts.headers;
        if http_body::Body::is_end_stream(&body) && !headers.contains_key(CONTENT_TYPE) {
            let problem = Problem::new(StatusCode::BAD_REQUEST).detail("the body is empty, expected a multipart form");
            return Err(Rejection::refused(problem).absent());
        }
        require_multipart(headers)?;
        let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(value).map_err(|_| {
            let detail = "the content type has no boundary, expected `multipart/form-data; boundary=..`";
            Rejection::refused(Problem::new(StatusCode::BAD_REQUEST).detail(detail))
        })?;
        let offload = body.offload().clone();
        let pace = Arc::new(Pace::default());
        let inner = multer::Multipart::new(Paced::new(body, Arc::clone(&pace)), boundary);
        Ok(Self { inner, field: None, pace, offload })
    }

    /// The next field; what is left of the one before is passed over. `None` after the last one.
    ///
    /// # Errors
    ///
    /// If the body is malformed, larger than its limit, or breaks off.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn next_field(&mut self) -> Result<Option<MultipartField<'_>>, MultipartError> {
        // Not left to multer: what it reads from here on is before the next field's content.
        if let Some(mut last) = self.field() {
            while last.chunk().await?.is_some() {}
            self.field = None;
            self.pace.forget();
        }
        let Self { inner, pace, .. } = self;
        let next = poll_fn(|cx| {
            pace.drive(cx, |cx| match pace.given() {
                ..=HEAD => inner.poll_next_field(cx).map_err(MultipartError::from),
                _ => Poll::Ready(Err(MultipartError(Why::LongHead))),
            })
        });
        self.field = next.await?;
        Ok(self.field())
    }

    /// The last field.
    fn field(&mut self) -> Option<MultipartField<'_>> {
        let inner = self.field.as_mut()?;
        Some(MultipartField { inner, pace: &self.pace, offload: &self.offload })
    }
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Multipart")
    }
}

impl Extract for Multipart {
    const SOURCE: Source = Source::Body;
    const STREAM: Option<ReadStream<Self>> = Some(|request, body, _| {
        let multipart = Self::new(request, body);
        Box::pin(std::future::ready(multipart))
    });

    fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
        Self::new(request, BodyStream::of(request.body.cloned().unwrap_or_default()))
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        describe(subject, operation);
    }
}

fn describe(subject: Subject, operation: &mut Operation) {
    operation
        .body("multipart/form-data", subject)
        .refusal(StatusCode::BAD_REQUEST, "The body is no form.")
        .refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body does not say that it is a form with files.");
}

crate::extractor!(Multipart);

/// A field of a [`Multipart`]: a text or a file.
pub struct MultipartField<'m> {
    inner: &'m mut multer::Field<'static>,
    pace: &'m Pace,
    offload: &'m Offload,
}

impl MultipartField<'_> {
    /// Its name in the form.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.inner.name()
    }

    /// The name of the file, as the client has it: not to be used as a path as it is.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.inner.file_name()
    }

    /// Its content type, as the client tells it.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.inner.content_type().map(AsRef::as_ref)
    }

    /// All that is said about it.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap<HeaderValue> {
        self.inner.headers()
    }

    /// The next chunk of its content, which is not empty; `None` at the end.
    ///
    /// # Errors
    ///
    /// As [`Multipart::next_field`].
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, MultipartError> {
        loop {
            let chunk = poll_fn(|cx| self.pace.drive(cx, |cx| Pin::new(&mut *self.inner).poll_next(cx)));
            match chunk.await.transpose()? {
                // A field without content comes as one of these.
                Some(chunk) if chunk.is_empty() => {}
                chunk => return Ok(chunk),
            }
        }
    }

    /// All its content, in memory.
    ///
    /// # Errors
    ///
    /// As [`Multipart::next_field`].
    pub async fn bytes(mut self) -> Result<Bytes, MultipartError> {
        self.up_to(usize::MAX).await
    }

    /// All its content, as text.
    ///
    /// # Errors
    ///
    /// As [`Multipart::next_field`], and if the content is not UTF-8.
    pub async fn text(self) -> Result<String, MultipartError> {
        let name = self.name().unwrap_or_default().to_owned();
        let bytes = self.bytes().await?;
        String::from_utf8(bytes.into()).map_err(|_| MultipartError(Why::NotUtf8(name)))
    }

    /// All its content, on disk if it is large.
    ///
    /// # Errors
    ///
    /// As [`Multipart::next_field`], and if it cannot be written.
    pub async fn upload(self) -> Result<UploadFile, MultipartError> {
        upload::receive(self).await
    }

    /// All its content, if that is no more than so many bytes.
    async fn up_to(&mut self, limit: usize) -> Result<Bytes, MultipartError> {
        let mut first = Bytes::new();
        let mut all = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if first.len() + all.len() + chunk.len() > limit {
                let name = self.name().unwrap_or_default().to_owned();
                return Err(MultipartError(Why::TooLarge(name, limit)));
            }
            // Most fields come in one piece.
            if first.is_empty() && all.is_empty() {
                first = chunk;
                continue;
            }
            all.extend_from_slice(&std::mem::take(&mut first));
            all.extend_from_slice(&chunk);
        }
        Ok(if all.is_empty() { first } else { all.freeze() })
    }
}

impl fmt::Debug for MultipartField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultipartField").field("name", &self.name()).field("file_name", &self.file_name()).finish()
    }
}

/// Why a multipart body could not be read; as a response a 400, a 408, a 413 or a 500.
#[derive(Debug)]
pub struct MultipartError(Why);

#[derive(Debug)]
enum Why {
    Body(BodyError),
    Malformed(multer::Error),
    LongHead,
    NotUtf8(String),
    TooLarge(String, usize),
    TooMany(usize),
    Disk(io::Error),
}

impl From<multer::Error> for MultipartError {
    fn from(error: multer::Error) -> Self {
        match error {
            multer::Error::StreamReadFailed(error) => match error.downcast::<BodyError>() {
                Ok(error) => Self(Why::Body(*error)),
                Err(error) => Self(Why::Malformed(multer::Error::StreamReadFailed(error))),
            },
            error => Self(Why::Malformed(error)),
        }
    }
}

impl MultipartError {
    fn status(&self) -> StatusCode {
        match &self.0 {
            Why::Body(error) if error.is_too_large() => StatusCode::PAYLOAD_TOO_LARGE,
            Why::Body(error) if error.is_too_slow() => StatusCode::REQUEST_TIMEOUT,
            Why::LongHead | Why::TooLarge(..) | Why::TooMany(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Why::Body(_) | Why::Malformed(_) | Why::NotUtf8(_) => StatusCode::BAD_REQUEST,
            Why::Disk(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What the client is told; what went wrong on this side is for the log.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let problem = Problem::new(self.status());
        match &self.0 {
            Why::Disk(error) => {
                tracing::error!("a file that was sent could not be kept: {error}");
                problem
            }
            _ => problem.detail(super::values::clip(&self.to_string(), 256)),
        }
    }
}

impl fmt::Display for MultipartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Why::Body(error) => error.fmt(f),
            Why::Malformed(error) => write!(f, "the multipart body is malformed: {error}"),
            Why::LongHead => write!(f, "before the content of a field there are more than {HEAD} bytes"),
            Why::NotUtf8(name) => write!(f, "the field `{name}` is not UTF-8"),
            Why::TooLarge(name, limit) => write!(f, "the field `{name}` is larger than {limit} bytes"),
            Why::TooMany(limit) => write!(f, "the form has more than {limit} fields"),
            Why::Disk(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MultipartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Why::Body(error) => Some(error),
            Why::Malformed(error) => Some(error),
            Why::Disk(error) => Some(error),
            Why::LongHead | Why::NotUtf8(_) | Why::TooLarge(..) | Why::TooMany(_) => None,
        }
    }
}

impl IntoResponse for MultipartError {
    fn into_response(self) -> Response {
        self.problem().into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.problem(StatusCode::BAD_REQUEST, "The body is no form.");
        replies.problem(StatusCode::REQUEST_TIMEOUT, "The body came too slowly.");
        replies.problem(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.");
    }
}

impl From<MultipartError> for Rejection {
    fn from(error: MultipartError) -> Self {
        Self::refused(error.problem())
    }
}
