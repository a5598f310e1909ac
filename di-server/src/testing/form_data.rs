use bytes::{BufMut, Bytes, BytesMut};

/// A form with files, for [`TestRequest::multipart`](super::TestRequest::multipart): `multipart/form-data`
/// ([RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)).
///
/// ```
/// use di_server::testing::FormData;
///
/// let form = FormData::new().text("title", "a cat").file("picture", "cat.png", "image/png", &b"\x89PNG"[..]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct FormData(BytesMut);

/// What separates the parts. Tests send nothing that has it.
const BOUNDARY: &str = "----di-test-form-6f1c2b";

impl FormData {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    #[must_use]
    pub fn text(self, name: &str, value: &str) -> Self {
        self.part(&format!("name=\"{}\"", escaped(name)), None, value.as_bytes())
    }

    /// Adds a file.
    #[must_use]
    pub fn file(self, name: &str, file_name: &str, content_type: &str, content: impl AsRef<[u8]>) -> Self {
        let names = format!("name=\"{}\"; filename=\"{}\"", escaped(name), escaped(file_name));
        self.part(&names, Some(content_type), content.as_ref())
    }

    fn part(mut self, names: &str, content_type: Option<&str>, content: &[u8]) -> Self {
        self.put(&format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {names}\r\n"));
        if let Some(content_type) = content_type {
            self.put(&format!("Content-Type: {content_type}\r\n"));
        }
        self.put("\r\n");
        self.0.put_slice(content);
        self.put("\r\n");
        self
    }

    fn put(&mut self, text: &str) {
        self.0.put_slice(text.as_bytes());
    }

    /// The content type and the body.
    pub(super) fn finish(mut self) -> (String, Bytes) {
        self.put(&format!("--{BOUNDARY}--\r\n"));
        (format!("multipart/form-data; boundary={BOUNDARY}"), self.0.freeze())
    }
}

/// A name as browsers write it.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
