//! How do all fields of a multipart body become a struct?

use di_core::{
    BodyStream,
    describe::{Operation, Subject},
    graph::{Extract, ReadStream, Rejection, RequestView, Source},
    rt::BoxFuture,
};
use serde::de::DeserializeOwned;
use std::task::{Context, Poll, Waker};

use super::{Multipart, MultipartError, Why};
use crate::extract::{
    values::{self, Part, PartValue, Place},
    wrapper::wrapper,
};

/// How many fields a form may have.
const FIELDS: usize = 1024;
/// How large all texts of a form may be together, in bytes: they are kept in memory.
const TEXTS: usize = 2 * 1024 * 1024;

wrapper! {
    /// Reads a `multipart/form-data` body: a struct by its fields' names, a scalar, a file or a list by the parameter's name.
    ///
    /// Texts are read as [`Query`](crate::extract::Query) reads them; what comes with a file name is an
    /// [`UploadFile`](super::UploadFile), but for one that is empty and whose name is: nothing was chosen. Up to 1,024 fields, and
    /// 2 MiB of text in all, each behind at most 16 KiB of its headers; the whole is bounded by the limit of the route, and files go to disk as they come.
    ///
    /// # Errors
    ///
    /// - 415 if the content type is another, or there is a body without one;
    /// - 400 if the body is malformed, 413 if it is too large;
    /// - an entry of the request's 422, with the JSON pointer of the field, for each that is missing, repeated or not of its
    ///   type.
    ///
    /// With neither a body nor a content type, or nothing that it reads, it is absent: `Option<MultipartForm<T>>` is `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use di_server::prelude::*;
    /// use serde::Deserialize;
    ///
    /// #[derive(Container)]
    /// pub struct App {}
    ///
    /// #[derive(Deserialize)]
    /// pub struct Album {
    ///     title: String,
    ///     #[serde(rename = "photo")]
    ///     photos: Vec<UploadFile>,
    /// }
    ///
    /// #[post("/albums", body_limit = 64 * 1024 * 1024)]
    /// async fn create(album: MultipartForm<Album>) -> String {
    ///     let size: u64 = album.photos.iter().map(UploadFile::len).sum();
    ///     format!("{}: {} photos, {size} bytes", album.title, album.photos.len())
    /// }
    /// ```
    MultipartForm,
    "`_` must be `serde::Deserialize`; help: add `#[derive(serde::Deserialize)]` to it"
}

impl<T: DeserializeOwned + Send + 'static> Extract for MultipartForm<T> {
    const SOURCE: Source = Source::Body;
    const STREAM: Option<ReadStream<Self>> = Some(|request, body, name| {
        let parts = parts(request, body);
        Box::pin(async move { values::read(Place::Parts(&parts.await?), name).map(Self) })
    });

    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
        let mut parts = parts(request, BodyStream::of(request.body.cloned().unwrap_or_default()));
        // The body is at hand and files are written in place, so nothing is waited for.
        match parts.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(parts) => values::read(Place::Parts(&parts?), name).map(Self),
            Poll::Pending => unreachable!("a body at hand is read without a wait"),
        }
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        super::describe(subject, operation);
        operation.invalid();
    }
}

/// All parts of the body; not generic, so that it is compiled once.
fn parts(request: RequestView<'_>, body: BodyStream) -> BoxFuture<'static, Result<Vec<Part>, Rejection>> {
    let multipart = Multipart::new(request, body);
    Box::pin(async move { Ok(collect(multipart?).await?) })
}

async fn collect(mut multipart: Multipart) -> Result<Vec<Part>, MultipartError> {
    let (mut parts, mut texts) = (Vec::new(), TEXTS);
    while let Some(mut field) = multipart.next_field().await? {
        // What has no name is nobody's.
        let Some(name) = field.name().map(str::to_owned) else { continue };
        if parts.len() == FIELDS {
            return Err(MultipartError(Why::TooMany(FIELDS)));
        }
        let value = if let Some(file_name) = field.file_name() {
            let unnamed = file_name.is_empty();
            let file = field.upload().await?;
            if unnamed && file.is_empty() {
                continue;
            }
            PartValue::File(Box::new(file))
        } else {
            let text = field.up_to(texts).await?;
            texts -= text.len();
            String::from_utf8(text.into()).map_or(PartValue::NotUtf8, PartValue::Text)
        };
        parts.push(Part { name, value });
    }
    Ok(parts)
}
