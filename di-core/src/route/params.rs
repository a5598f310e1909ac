//! Which text did each parameter of a route match?
//!
//! The look-up stores no captures: it would have to on every path it tries, and most handlers ask for one value. The
//! route that was found knows in which segment each parameter is, so its value is found by walking the path once more.

use std::borrow::Cow;
use std::fmt;

use super::key;
use super::mixed;
use super::table::{Capture, InSegment};

/// The raw values of a route's parameters in one path, from the left; an iterator of `(name, value)`.
#[derive(Debug, Clone)]
pub struct Params<'p> {
    captures: &'static [Capture],
    path: &'p str,
    /// The segment last walked to, and where it starts.
    segment: u32,
    start: usize,
}

impl<'p> Params<'p> {
    pub(crate) const fn new(captures: &'static [Capture], path: &'p str) -> Self {
        Self { captures, path, segment: 0, start: 1 }
    }

    /// The raw value of the parameter of this name, if it is still to come.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'p str> {
        let capture = self.captures.iter().find(|capture| capture.name == name)?;
        self.clone().value(capture)
    }

    fn value(&mut self, capture: &Capture) -> Option<&'p str> {
        let path = self.path.as_bytes();
        while self.segment < capture.segment {
            self.start = key::segment_end(path, self.start) + 1;
            self.segment += 1;
        }
        if let InSegment::Rest = capture.place {
            return self.path.get(self.start..);
        }
        let segment = self.path.get(self.start..key::segment_end(path, self.start.min(path.len())))?;
        match capture.place {
            InSegment::Part(parts, nth) => {
                let (mut at, mut found) = (0, None);
                mixed::captures(parts, segment, |value| {
                    if at == nth {
                        found = Some(value);
                    }
                    at += 1;
                });
                found
            }
            InSegment::Whole | InSegment::Rest => Some(segment),
        }
    }
}

impl<'p> Iterator for Params<'p> {
    type Item = (&'static str, &'p str);

    fn next(&mut self) -> Option<Self::Item> {
        let (capture, rest) = self.captures.split_first()?;
        self.captures = rest;
        Some((capture.name, self.value(capture)?))
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        // Values that are skipped are not looked for.
        self.captures = self.captures.get(n..).unwrap_or_default();
        self.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.captures.len()))
    }
}

/// Percent-decodes a raw value, once; borrows if there is nothing to decode.
///
/// A `%` that two hexadecimal digits do not follow stands for itself, as in the WHATWG URL standard
/// ([percent-decode](https://url.spec.whatwg.org/#percent-decode)). A `+` is a plus: only queries use it for a space.
///
/// # Errors
///
/// [`DecodeError`] if the decoded bytes are not UTF-8.
pub fn decode(raw: &str) -> Result<Cow<'_, str>, DecodeError> {
    let Some(first) = raw.find('%') else { return Ok(Cow::Borrowed(raw)) };
    let bytes = raw.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    decoded.extend_from_slice(&bytes[..first]);
    let mut at = first;
    while let Some(&byte) = bytes.get(at) {
        let (byte, len) = match escape(&bytes[at..]) {
            Some(byte) => (byte, 3),
            None => (byte, 1),
        };
        decoded.push(byte);
        at += len;
    }
    String::from_utf8(decoded).map(Cow::Owned).map_err(|_| DecodeError)
}

/// The byte that an escape at the start of `bytes` stands for.
fn escape(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    let digit = |byte: &u8| (*byte as char).to_digit(16);
    Some((digit(high)? * 16 + digit(low)?) as u8)
}

/// A value's escapes stand for bytes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError;

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("percent-decoded value is not UTF-8")
    }
}

impl std::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_once() {
        let rows = [
            ("plain", Ok("plain")),
            ("a%20b", Ok("a b")),
            ("a%2Fb%2fc", Ok("a/b/c")),
            ("%2525", Ok("%25")),
            ("a+b", Ok("a+b")),
            ("caf%C3%A9", Ok("café")),
            ("é%41", Ok("éA")),
            ("100%", Ok("100%")),
            ("%4", Ok("%4")),
            ("%zz%41", Ok("%zzA")),
            ("%+1", Ok("%+1")),
            ("%FF", Err(DecodeError)),
            ("%C3", Err(DecodeError)),
        ];
        for (raw, expected) in rows {
            assert_eq!(decode(raw).as_deref(), expected.as_ref().copied(), "{raw}");
        }
        assert!(matches!(decode("plain"), Ok(Cow::Borrowed(_))));
    }
}
