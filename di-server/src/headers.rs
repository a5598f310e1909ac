//! What do readers of headers have in common?

use http::{HeaderMap, HeaderName};

/// Which bytes a text may be of: letters, digits, and what else it says.
pub(crate) struct Alphabet([bool; 256]);

impl Alphabet {
    /// Letters, digits, and `others`.
    pub(crate) const fn new(others: &[u8]) -> Self {
        let mut has = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            has[byte as usize] = byte.is_ascii_alphanumeric();
            byte += 1;
        }
        let mut i = 0;
        while i < others.len() {
            has[others[i] as usize] = true;
            i += 1;
        }
        Self(has)
    }

    /// Whether it has all of `bytes`.
    #[inline]
    pub(crate) fn has_all(&self, bytes: &[u8]) -> bool {
        // All are looked up, since nearly always all are there; eight at a time, since a host has some fifteen.
        let (eights, rest) = bytes.as_chunks::<8>();
        let has = |byte: u8| self.0[usize::from(byte)];
        let of_eight = |eight: &[u8; 8]| eight.iter().fold(true, |all, &byte| all & has(byte));
        eights.iter().fold(true, |all, eight| all & of_eight(eight))
            & rest.iter().fold(true, |all, &byte| all & has(byte))
    }
}

/// Whether a request has the header `name` more than once.
pub(crate) fn is_repeated(headers: &HeaderMap, name: &HeaderName) -> bool {
    // Hardly a request has any header twice, and this is known without a look-up.
    headers.len() > headers.keys_len() && headers.get_all(name).iter().nth(1).is_some()
}
