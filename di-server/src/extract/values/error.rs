//! What is wrong with a value, in words that say what was expected?

use std::fmt::{self, Display, Write as _};

use di_core::response::InvalidInput;
use serde::de::{self, Expected, Unexpected};

use super::super::json_error::in_json;

/// How much of what a client sent is repeated to it, in characters.
const SHOWN: usize = 64;
/// How long a message of a type's own may be, in characters.
const MESSAGE: usize = 256;

/// What [`InvalidInput::kind`] says, and what becomes of the field when others are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Missing,
    Invalid,
    Repeated,
    /// A name that the type does not allow.
    Unknown,
    /// The type is made of something else than names with values, or none of its variants is made of these.
    NoMap,
}

/// Why a value could not be read.
#[derive(Debug)]
pub(super) struct Error {
    pub(super) kind: Kind,
    /// The field it is about; nothing if it is about the whole.
    pub(super) field: Option<String>,
    message: String,
}

impl Error {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self { kind: Kind::Invalid, field: None, message: message.into() }
    }

    pub(super) fn missing() -> Self {
        Self { kind: Kind::Missing, field: None, message: "is required".into() }
    }

    pub(super) fn repeated() -> Self {
        Self { kind: Kind::Repeated, field: None, message: "is given more than once".into() }
    }

    /// `expected`, and that `text` is there instead.
    pub(super) fn expected(expected: impl Display, text: &str) -> Self {
        Self::invalid(format!("expected {expected}, got {}", quoted(text)))
    }

    /// As [`expected`](Self::expected), for a number that is one but too large or too small.
    pub(super) fn out_of_range(expected: impl Display, text: &str) -> Self {
        Self::expected(expected, text).with_prefix("out of range: ")
    }

    /// This error, about the field that was being read, unless it says itself which one it is about.
    pub(super) fn of_field(mut self, field: &str) -> Self {
        self.field.get_or_insert_with(|| field.to_owned());
        self
    }

    /// This error, about one value of a list; `index` counts from 0.
    pub(super) fn of_element(self, index: usize) -> Self {
        self.with_prefix(&format!("value {}: ", index + 1))
    }

    fn with_prefix(mut self, prefix: &str) -> Self {
        self.message.insert_str(0, prefix);
        self
    }

    /// The entry in the response; `name` is what the client knows the field by.
    pub(super) fn into_entry(self, location: &'static str, name: &str) -> InvalidInput {
        let kind = match self.kind {
            Kind::Missing => "missing",
            Kind::Invalid | Kind::Unknown | Kind::NoMap => "invalid",
            Kind::Repeated => "repeated",
        };
        InvalidInput { location, name: clip(name, SHOWN), kind, message: self.message }
    }

    fn about(kind: Kind, field: &str, message: impl Into<String>) -> Self {
        Self { kind, field: Some(field.to_owned()), message: message.into() }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        let message = message.to_string();
        // That is all that serde tells of it.
        let no_variant = message.starts_with("data did not match any variant of untagged enum");
        let kind = if no_variant { Kind::NoMap } else { Kind::Invalid };
        Self { kind, ..Self::invalid(clip(&message, MESSAGE)) }
    }

    fn invalid_type(got: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let message = clip(&format!("expected {}, got {got}", in_json(&expected.to_string())), MESSAGE);
        let kind = if matches!(got, Unexpected::Map) { Kind::NoMap } else { Kind::Invalid };
        Self { kind, ..Self::invalid(message) }
    }

    fn invalid_value(got: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(got, expected)
    }

    fn invalid_length(len: usize, expected: &dyn Expected) -> Self {
        Self::invalid(format!("expected {expected}, got {}", values(len)))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::expected(OneOf(expected), variant)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::about(Kind::Unknown, field, format!("is not known here, expected {}", OneOf(expected)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::missing().of_field(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::repeated().of_field(field)
    }
}

/// `n` values, with or without the plural's `s`.
pub(super) fn values(n: usize) -> String {
    if n == 1 { "1 value".into() } else { format!("{n} values") }
}

struct OneOf(&'static [&'static str]);

impl Display for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.len() {
            0 => "nothing",
            1 => "",
            _ => "one of ",
        })?;
        for (i, name) in self.0.iter().enumerate() {
            write!(f, "{}`{name}`", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

fn quoted(text: &str) -> String {
    if text.is_empty() { "an empty value".into() } else { format!("`{}`", clip(text, SHOWN)) }
}

/// `text` as it may stand in a response or a log: no longer than `max` characters, and what would start a new line or
/// turn the writing's direction escaped.
pub(crate) fn clip(text: &str, max: usize) -> String {
    let mut clipped = String::with_capacity(text.len().min(max));
    let mut chars = text.chars();
    for c in chars.by_ref().take(max) {
        match c {
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => clipped.extend(c.escape_unicode()),
            c if c.is_control() => clipped.extend(c.escape_default()),
            c => clipped.push(c),
        }
    }
    if chars.next().is_some() {
        let _ = clipped.write_char('…');
    }
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_repeated_to_a_client_is_short_and_on_one_line() {
        let rows = [
            ("plain", "plain"),
            ("12345678", "12345678"),
            ("123456789", "12345678…"),
            ("ééééééééé", "éééééééé…"),
            ("a\r\nb\u{0}", "a\\r\\nb\\u{0}"),
            ("\u{202e}x", "\\u{202e}x"),
        ];
        for (text, expected) in rows {
            assert_eq!(clip(text, 8), expected);
        }
    }
}
