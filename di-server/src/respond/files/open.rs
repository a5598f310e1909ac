//! Is there a file, and which version of it?

use std::{fmt::Display, fs, io, io::ErrorKind, path::Path, time::UNIX_EPOCH};

use http::HeaderValue;

use crate::respond::ETag;
use crate::respond::conditional::Validators;

/// A file that is open.
pub(super) struct Open {
    pub(super) file: fs::File,
    pub(super) length: u64,
    pub(super) validators: Validators,
}

impl Open {
    /// Opens the file at `path`, which is a file: opening a pipe would wait for whoever writes to it.
    ///
    /// `form` ends its version, which may not be that of the same content in another form.
    pub(super) fn at(path: &Path, form: impl Display) -> io::Result<Self> {
        if !fs::metadata(path)?.is_file() {
            return Err(ErrorKind::NotFound.into());
        }
        let file = fs::File::open(path)?;
        // Of what has been opened, which may be another file by now.
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(ErrorKind::NotFound.into());
        }
        let (length, modified) = (metadata.len(), metadata.modified().ok());
        let since = modified.and_then(|modified| modified.duration_since(UNIX_EPOCH).ok());
        let etag = since.map(|since| ETag::strong(format_args!("{:x}-{length:x}{form}", since.as_nanos())));
        Ok(Self { file, length, validators: Validators { etag, modified } })
    }
}

/// The content type that a file's name stands for.
pub(super) fn content_type(path: &Path) -> HeaderValue {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let mut text = mime.essence_str().to_owned();
    if mime.type_() == "text" {
        text.push_str("; charset=utf-8");
    }
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}
