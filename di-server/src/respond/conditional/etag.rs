use std::{
    fmt,
    hash::{DefaultHasher, Hasher},
};

use di_core::{
    describe::{Reply, Schema},
    response::{IntoResponseParts, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, header::ETAG};

/// An entity tag ([RFC 9110 §8.8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3)): names one version of something.
///
/// A strong one changes with each byte, a weak one with the meaning. In a tuple it sets the header.
///
/// ```
/// use di_server::prelude::*;
///
/// assert_eq!(ETag::strong("v7").to_string(), "\"v7\"");
/// assert_eq!(ETag::weak(7).to_string(), "W/\"7\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag {
    tag: String,
    weak: bool,
}

impl ETag {
    /// A tag that changes whenever a byte does. What a tag cannot have (quotes, blanks, control characters, what is not ASCII)
    /// becomes `_`.
    #[must_use]
    pub fn strong(tag: impl fmt::Display) -> Self {
        let tag = tag.to_string().replace(|c: char| !matches!(c, '!' | '#'..='~'), "_");
        Self { tag, weak: false }
    }

    /// A tag that changes when the meaning does.
    #[must_use]
    pub fn weak(tag: impl fmt::Display) -> Self {
        Self { weak: true, ..Self::strong(tag) }
    }

    /// A strong tag made of the content: 128 bits of a hash, which another version of Rust may compute otherwise.
    #[must_use]
    pub fn of(content: impl AsRef<[u8]>) -> Self {
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(salt);
            hasher.write(content.as_ref());
            hasher.finish()
        };
        Self::strong(format_args!("{:016x}{:016x}", half(0), half(1)))
    }

    /// Whether it is weak.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.weak
    }

    /// Whether both mean the same.
    pub(super) fn matches_weakly(&self, other: &str) -> bool {
        other.strip_prefix("W/").unwrap_or(other).strip_prefix('"').and_then(|tag| tag.strip_suffix('"'))
            == Some(&self.tag)
    }

    /// Whether both are strong, and the same.
    pub(super) fn matches_strongly(&self, other: &str) -> bool {
        !self.weak && !other.starts_with("W/") && self.matches_weakly(other)
    }

    pub(super) fn header(&self) -> HeaderValue {
        HeaderValue::try_from(self.to_string()).expect("a tag is printable ASCII")
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"{}\"", if self.weak { "W/" } else { "" }, self.tag)
    }
}

impl IntoResponseParts for ETag {
    fn into_response_parts(self, response: &mut Response) {
        response.headers_mut().insert(ETAG, self.header());
    }

    fn describe(reply: Reply) -> Reply {
        reply.header("etag", "Its version.", Schema::STRING)
    }
}

/// The tags that a header lists, as they are written; `*` is one of them. A list that is malformed ends there.
pub(super) fn listed<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|line| std::str::from_utf8(line.as_bytes()).ok()).flat_map(|line| {
        let mut rest = line;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            let length = length(rest)?;
            let (tag, after) = rest.split_at(length);
            rest = after;
            Some(tag)
        })
    })
}

/// How long the tag is that a text begins with.
fn length(text: &str) -> Option<usize> {
    if text.starts_with('*') {
        return Some(1);
    }
    let prefix = if text.starts_with("W/") { 2 } else { 0 };
    let inside = text[prefix..].strip_prefix('"')?;
    Some(prefix + 1 + inside.find('"')? + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_tag_is_one_that_a_header_may_have() {
        assert_eq!(ETag::strong("a b\"c\r\n\u{e9}~!").to_string(), "\"a_b_c___~!\"");
        assert_eq!(ETag::of("a"), ETag::of(b"a"));
        assert_ne!(ETag::of("a"), ETag::of("b"));
        assert_eq!(ETag::of("").to_string().len(), 34);
    }

    #[test]
    fn tags_are_compared_strongly_or_weakly() {
        let (strong, weak) = (ETag::strong("1"), ETag::weak("1"));
        for (other, strongly, weakly) in
            [("\"1\"", true, true), ("W/\"1\"", false, true), ("\"2\"", false, false), ("1", false, false)]
        {
            assert_eq!((strong.matches_strongly(other), strong.matches_weakly(other)), (strongly, weakly), "{other}");
            assert_eq!((weak.matches_strongly(other), weak.matches_weakly(other)), (false, weakly), "{other}");
        }
    }

    #[test]
    fn a_list_has_tags() {
        for (lines, tags) in [
            (&["\"a\""][..], &["\"a\""][..]),
            (&["\"a\", W/\"b,c\"", "*"], &["\"a\"", "W/\"b,c\"", "*"]),
            (&[" , \"a\" ,\t\"\""], &["\"a\"", "\"\""]),
            (&["a", "\"a", "W/a", ""], &[]),
        ] {
            let mut headers = HeaderMap::new();
            lines.iter().for_each(|line| _ = headers.append(ETAG, HeaderValue::from_static(line)));
            assert_eq!(listed(&headers, &ETAG).collect::<Vec<_>>(), tags);
        }
    }

    proptest! {
        #[test]
        fn what_is_sent_is_what_is_compared(tag in any::<String>(), weak in any::<bool>()) {
            let tag = if weak { ETag::weak(tag) } else { ETag::strong(tag) };
            let mut headers = HeaderMap::new();
            headers.insert(ETAG, tag.header());
            let listed: Vec<_> = listed(&headers, &ETAG).collect();
            prop_assert_eq!(listed.len(), 1);
            prop_assert!(tag.matches_weakly(listed[0]));
            prop_assert_eq!(tag.matches_strongly(listed[0]), !weak);
        }
    }
}
