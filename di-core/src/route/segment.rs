//! What is a segment of a template, in the form that macros emit and const code reads?

use super::key;

/// One segment of a template, built in const code from what [`Pattern::parse`](super::Pattern::parse) found.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    pub(super) kind: Kind,
    /// The literal, or the parameter's name; empty for a mixed segment.
    pub(super) text: &'static str,
    /// A literal's key in the trie and its length, computed where the segment is declared.
    pub(super) key: u64,
    pub(super) len: u32,
    pub(super) parts: &'static [Part],
}

/// What a segment matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Itself.
    Literal,
    /// Any one segment that is not empty.
    Param,
    /// All that is left of the path, one character or more, slashes included.
    Wildcard,
    /// Literals with parameters between or beside them.
    Mixed,
}

/// A piece of a mixed segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Text that matches itself.
    Literal(&'static str),
    /// A parameter's name: one character or more.
    Param(&'static str),
}

impl Segment {
    /// A segment that matches `text`, which is percent-encoded as a client sends it.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        Self { kind: Kind::Literal, text, key: key::of(text.as_bytes()), len: text.len() as u32, parts: &[] }
    }

    /// The segment `{name}`.
    #[must_use]
    pub const fn param(name: &'static str) -> Self {
        Self { kind: Kind::Param, text: name, key: 0, len: 0, parts: &[] }
    }

    /// The segment `{*name}`.
    #[must_use]
    pub const fn wildcard(name: &'static str) -> Self {
        Self { kind: Kind::Wildcard, text: name, key: 0, len: 0, parts: &[] }
    }

    /// A segment of literals and parameters in turn.
    ///
    /// # Panics
    ///
    /// Panics if two parameters or two literals stand beside each other, a literal is empty, or either sort is missing:
    /// [`Pattern::parse`](super::Pattern::parse) never gives such parts.
    #[must_use]
    pub const fn mixed(parts: &'static [Part]) -> Self {
        assert!(parts.len() >= 2, "a mixed segment has a literal and a parameter");
        let mut i = 0;
        while i < parts.len() {
            let literal = matches!(parts[i], Part::Literal(_));
            if let Part::Literal(text) = parts[i] {
                assert!(!text.is_empty(), "a literal part is not empty");
            }
            assert!(i == 0 || matches!(parts[i - 1], Part::Literal(_)) != literal, "parts alternate");
            i += 1;
        }
        Self { kind: Kind::Mixed, text: "", key: 0, len: 0, parts }
    }

    /// What the segment matches.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The literal's text, or the parameter's name; empty for a mixed segment.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The parts of a mixed segment; empty for others.
    #[must_use]
    pub const fn parts(&self) -> &'static [Part] {
        self.parts
    }

    /// How many parameters the segment has.
    #[must_use]
    pub const fn param_count(&self) -> usize {
        match self.kind {
            Kind::Literal => 0,
            Kind::Param | Kind::Wildcard => 1,
            Kind::Mixed => {
                let literal_first = matches!(self.parts[0], Part::Literal(_));
                if literal_first { self.parts.len() / 2 } else { self.parts.len().div_ceil(2) }
            }
        }
    }

    /// The name of parameter `nth`, counted from the left of the segment.
    ///
    /// # Panics
    ///
    /// Panics if `nth` is not below [`param_count`](Self::param_count).
    #[must_use]
    pub const fn param_name(&self, nth: usize) -> &'static str {
        assert!(nth < self.param_count(), "the segment has fewer parameters");
        if !matches!(self.kind, Kind::Mixed) {
            return self.text;
        }
        let first = matches!(self.parts[0], Part::Literal(_)) as usize;
        match self.parts[first + 2 * nth] {
            Part::Literal(name) | Part::Param(name) => name,
        }
    }

    /// The names of the segment's parameters, from the left.
    pub fn param_names(&self) -> impl Iterator<Item = &'static str> {
        let segment = *self;
        (0..segment.param_count()).map(move |nth| segment.param_name(nth))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_from_the_left() {
        const SEGMENTS: [Segment; 5] = [
            Segment::literal("users"),
            Segment::param("id"),
            Segment::wildcard("rest"),
            Segment::mixed(&[Part::Literal("v"), Part::Param("major"), Part::Literal("."), Part::Param("minor")]),
            Segment::mixed(&[Part::Param("name"), Part::Literal("."), Part::Param("ext")]),
        ];
        let names: Vec<_> = SEGMENTS.iter().flat_map(Segment::param_names).collect();
        assert_eq!(names, ["id", "rest", "major", "minor", "name", "ext"]);
    }
}
