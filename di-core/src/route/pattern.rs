//! What does a path template say, and what is wrong with one that says nothing?
//!
//! Runs in the macros, at expansion. The grammar is in the [module's docs](super).

use std::borrow::Cow;

use super::pattern_error::PatternError;

/// A path template, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The segments, in order; none for an empty template, one empty literal for `/`.
    pub segments: Vec<ParsedSegment>,
}

/// One segment of a template; each kind has its constructor in [`Segment`](super::Segment).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParsedSegment {
    /// `users`, percent-encoded; empty after a trailing slash.
    Literal(String),
    /// `{id}`.
    Param(String),
    /// `{*rest}`.
    Wildcard(String),
    /// `v{major}.{minor}`.
    Mixed(Vec<ParsedPart>),
}

/// A piece of a mixed segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParsedPart {
    /// Text, percent-encoded, never empty.
    Literal(String),
    /// A parameter's name.
    Param(String),
}

/// What stands between two slashes, before the parts are put together.
enum Piece {
    Text(String),
    Param(String),
    Wildcard(String),
}

impl Pattern {
    /// Parses the template of a route: empty, or starting with a slash.
    ///
    /// # Errors
    ///
    /// The first thing that the grammar does not allow.
    pub fn parse(template: &str) -> Result<Self, PatternError> {
        if template.is_empty() {
            return Ok(Self { segments: Vec::new() });
        }
        let Some(path) = template.strip_prefix('/') else {
            return Err(PatternError::no_slash(template));
        };
        let count = path.split('/').count();
        let mut segments = Vec::with_capacity(count);
        for (at, segment) in path.split('/').enumerate() {
            let last = at + 1 == count;
            if segment.is_empty() && !last {
                return Err(PatternError::empty_segment(template));
            }
            let parsed = parse_segment(segment)?;
            if let (ParsedSegment::Wildcard(name), false) = (&parsed, last) {
                return Err(PatternError::wildcard_not_last(segment, name));
            }
            segments.push(parsed);
        }
        let pattern = Self { segments };
        pattern.check_names(template)?;
        Ok(pattern)
    }

    /// Parses the prefix of a group: it starts with a slash, does not end with one and has no wildcard.
    ///
    /// # Errors
    ///
    /// The first thing that the grammar does not allow.
    pub fn parse_prefix(prefix: &str) -> Result<Self, PatternError> {
        if prefix.is_empty() || prefix.ends_with('/') {
            return Err(PatternError::prefix_end(prefix));
        }
        let pattern = Self::parse(prefix)?;
        match pattern.segments.last() {
            Some(ParsedSegment::Wildcard(name)) => Err(PatternError::wildcard_prefix(prefix, name)),
            _ => Ok(pattern),
        }
    }

    /// The names of the parameters, from the left.
    pub fn param_names(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().flat_map(|segment| match segment {
            ParsedSegment::Literal(_) => Vec::new(),
            ParsedSegment::Param(name) | ParsedSegment::Wildcard(name) => vec![name.as_str()],
            ParsedSegment::Mixed(parts) => parts.iter().filter_map(ParsedPart::name).collect(),
        })
    }

    fn check_names(&self, template: &str) -> Result<(), PatternError> {
        let names: Vec<_> = self.param_names().collect();
        for (at, name) in names.iter().enumerate() {
            if names[..at].contains(name) {
                return Err(PatternError::same_name(template, name));
            }
        }
        Ok(())
    }
}

impl ParsedPart {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::Param(name) => Some(name),
        }
    }
}

fn parse_segment(segment: &str) -> Result<ParsedSegment, PatternError> {
    refuse_other_dialects(segment)?;
    let mut pieces = parse_pieces(segment)?;
    if pieces.len() > 1 {
        return mixed(segment, pieces).map(ParsedSegment::Mixed);
    }
    Ok(match pieces.pop() {
        None => ParsedSegment::Literal(String::new()),
        Some(Piece::Text(text)) => ParsedSegment::Literal(encode(&text)),
        Some(Piece::Param(name)) => ParsedSegment::Param(name),
        Some(Piece::Wildcard(name)) => ParsedSegment::Wildcard(name),
    })
}

/// How other routers write a parameter; as literals they would never match what the user has in mind.
fn refuse_other_dialects(segment: &str) -> Result<(), PatternError> {
    let inner = segment.strip_prefix('<').and_then(|s| s.strip_suffix('>'));
    match (segment.as_bytes().first(), inner) {
        (Some(b':'), _) => Err(PatternError::colon(segment)),
        (Some(b'*'), _) => Err(PatternError::star(segment)),
        (_, Some(inner)) => Err(PatternError::angle(segment, inner)),
        _ => Ok(()),
    }
}

fn parse_pieces(segment: &str) -> Result<Vec<Piece>, PatternError> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = segment;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '{' | '}' if rest.starts_with(c) => {
                text.push(c);
                rest = &rest[1..];
            }
            '{' => {
                let Some((inner, behind)) = rest.split_once('}') else {
                    return Err(PatternError::unclosed(segment, rest));
                };
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                pieces.push(parse_param(segment, inner)?);
                rest = behind;
            }
            '}' => return Err(PatternError::unopened(segment)),
            '?' | '#' => return Err(PatternError::query(segment, c)),
            c if c.is_whitespace() || c.is_control() => return Err(PatternError::blank(segment, c)),
            c => text.push(c),
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

/// What stands between braces.
fn parse_param(segment: &str, inner: &str) -> Result<Piece, PatternError> {
    if let Some((name, kind)) = inner.split_once(':') {
        return Err(PatternError::typed(segment, name, kind));
    }
    let (wildcard, name) = match inner.strip_prefix('*') {
        Some(name) => (true, name),
        None => (false, inner),
    };
    if name.is_empty() {
        return Err(PatternError::no_name(segment, wildcard));
    }
    if !is_identifier(name) {
        return Err(PatternError::bad_name(segment, name));
    }
    let name = name.to_owned();
    Ok(if wildcard { Piece::Wildcard(name) } else { Piece::Param(name) })
}

/// Whether a handler's parameter can have this name, if need be as `r#name`.
pub(super) fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    starts && name != "_" && chars.all(|c| c == '_' || c.is_alphanumeric())
}

fn mixed(segment: &str, pieces: Vec<Piece>) -> Result<Vec<ParsedPart>, PatternError> {
    let mut parts: Vec<ParsedPart> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        parts.push(match piece {
            Piece::Text(text) => ParsedPart::Literal(encode(&text)),
            Piece::Wildcard(name) => return Err(PatternError::wildcard_beside(segment, &name)),
            Piece::Param(name) => match parts.last().and_then(ParsedPart::name) {
                Some(before) => return Err(PatternError::adjacent(segment, before, &name)),
                None => ParsedPart::Param(name),
            },
        });
    }
    Ok(parts)
}

/// A literal as clients send it: what RFC 3986 §3.3 does not let stand in a segment becomes an escape, and escapes that
/// are there already get upper-case digits.
fn encode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut encoded = String::with_capacity(text.len());
    for (at, &byte) in bytes.iter().enumerate() {
        let is_escape = |from: usize| matches!(&bytes[from..], [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
        let in_escape = (at >= 1 && is_escape(at - 1)) || (at >= 2 && is_escape(at - 2));
        let piece: Cow<'_, str> = match byte {
            _ if in_escape => char::from(byte.to_ascii_uppercase()).to_string().into(),
            b'%' if is_escape(at) => "%".into(),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string().into(),
            byte if b"-._~!$&'()*+,;=:@".contains(&byte) => char::from(byte).to_string().into(),
            byte => format!("%{byte:02X}").into(),
        };
        encoded.push_str(&piece);
    }
    encoded
}
