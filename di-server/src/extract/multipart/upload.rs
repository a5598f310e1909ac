//! Where does a file go that has been sent?

use std::{
    cell::RefCell,
    fmt,
    fs::File,
    io::{self, Cursor, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::{Bytes, BytesMut};
use di_core::Offload;
use serde::de::{Deserialize, Deserializer, Visitor};

use super::{MultipartError, MultipartField, Why};
use crate::extract::values::{FILE, Offer};

/// How large a file may be that is kept in memory, in bytes.
const IN_MEMORY: usize = 256 * 1024;

/// A file that was sent in a multipart body: up to 256 KiB in memory, beyond that in a temporary file without a name, which is
/// gone when the last clone of this is dropped.
///
/// As a field of the struct that [`MultipartForm`](super::MultipartForm) reads it is deserialised from what was sent as a file,
/// and from nothing else.
#[derive(Clone)]
pub struct UploadFile(Arc<Inner>);

struct Inner {
    file_name: Option<String>,
    content_type: Option<String>,
    len: u64,
    content: Content,
    offload: Offload,
}

enum Content {
    Memory(Bytes),
    /// One cursor for all that read it, moved under the lock.
    Disk(Mutex<File>),
}

impl UploadFile {
    fn empty() -> Self {
        let content = Content::Memory(Bytes::new());
        let offload = Offload::default();
        Self(Arc::new(Inner { file_name: None, content_type: None, len: 0, content, offload }))
    }

    /// The name of the file, as the client has it: not to be used as a path as it is.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.0.file_name.as_deref()
    }

    /// The content type, as the client tells it.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.0.content_type.as_deref()
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.len
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }

    /// Whether it is in memory.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        matches!(self.0.content, Content::Memory(_))
    }

    /// All its content, in memory.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read.
    pub async fn bytes(&self) -> io::Result<Bytes> {
        if let Content::Memory(bytes) = &self.0.content {
            return Ok(bytes.clone());
        }
        let mut reader = self.reader();
        let read = move || {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).map(|_| bytes.into())
        };
        self.0.offload.run(read).await
    }

    /// Copies it to `path`, where a file is replaced, on the blocking pool.
    ///
    /// # Errors
    ///
    /// If the one cannot be read or the other not be written.
    ///
    /// # Cancel safety
    ///
    /// A copy that was begun is finished.
    pub async fn save(&self, path: impl Into<PathBuf>) -> io::Result<()> {
        let (this, path) = (self.clone(), path.into());
        self.0.offload.run(move || this.save_now(&path)).await
    }

    fn save_now(&self, path: &Path) -> io::Result<()> {
        io::copy(&mut self.reader(), &mut File::create(path)?).map(|_| ())
    }

    /// Reads it from its start, for a function that may block.
    #[must_use]
    pub fn reader(&self) -> impl Read + Send + 'static {
        UploadReader { file: self.clone(), at: 0 }
    }
}

struct UploadReader {
    file: UploadFile,
    at: u64,
}

impl Read for UploadReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = match &self.file.0.content {
            Content::Memory(bytes) => {
                let mut cursor = Cursor::new(bytes);
                cursor.set_position(self.at);
                cursor.read(out)?
            }
            Content::Disk(file) => {
                let mut file = lock(file);
                file.seek(SeekFrom::Start(self.at))?;
                file.read(out)?
            }
        };
        self.at += read as u64;
        Ok(read)
    }
}

fn lock(file: &Mutex<File>) -> MutexGuard<'_, File> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for UploadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadFile").field("file_name", &self.file_name()).field("len", &self.len()).finish()
    }
}

/// Receives a file, which goes to disk once it is large.
pub(super) async fn receive(mut field: MultipartField<'_>) -> Result<UploadFile, MultipartError> {
    let mut pending = BytesMut::new();
    let mut disk: Option<File> = None;
    let mut len = 0;
    let offload = field.offload.clone();
    while let Some(chunk) = field.chunk().await? {
        len += chunk.len() as u64;
        pending.extend_from_slice(&chunk);
        if pending.len() > IN_MEMORY {
            disk = Some(write(&offload, disk, pending.split().freeze()).await?);
        }
    }
    let content = match disk {
        None => Content::Memory(pending.freeze()),
        Some(disk) => Content::Disk(Mutex::new(write(&offload, Some(disk), pending.freeze()).await?)),
    };
    let (file_name, content_type) = (field.file_name().map(str::to_owned), field.content_type().map(str::to_owned));
    Ok(UploadFile(Arc::new(Inner { file_name, content_type, len, content, offload })))
}

async fn write(offload: &Offload, file: Option<File>, bytes: Bytes) -> Result<File, MultipartError> {
    let write = move || {
        let mut file = file.map_or_else(tempfile::tempfile, Ok)?;
        file.write_all(&bytes)?;
        Ok(file)
    };
    offload.run(write).await.map_err(|error| MultipartError(Why::Disk(error)))
}

thread_local! {
    /// The file that a deserializer hands over: serde knows no type that could carry one. It is here only between the two
    /// ends of one call.
    static OFFERED: RefCell<Option<UploadFile>> = const { RefCell::new(None) };
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for UploadFile {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UploadFile".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "contentMediaType": "application/octet-stream"})
    }
}

impl Offer for UploadFile {
    fn offer(&self) {
        OFFERED.set(Some(self.clone()));
    }
}

impl<'de> Deserialize<'de> for UploadFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Taking;
        impl Visitor<'_> for Taking {
            type Value = UploadFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a file")
            }

            fn visit_unit<E>(self) -> Result<UploadFile, E> {
                // Without an offer this stands for a file in a struct that is refused for another of its fields.
                Ok(OFFERED.take().unwrap_or_else(UploadFile::empty))
            }
        }
        deserializer.deserialize_newtype_struct(FILE, Taking)
    }
}
