//! What is a segment of a template, in the form that macros emit and const code reads?

use super::key;

/// One segment of a template, as [`Pattern::parse`](super::Pattern::parse) found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// It matches this text, which is percent-encoded as a client sends it. With it come its [`key`](literal_key) in the trie and
    /// its length in bytes: they are known where the macro runs, and const evaluation takes long for strings.
    Literal(&'static str, u64, u32),
    /// `{name}`: any one segment that is not empty.
    Param(&'static str),
    /// `{*name}`: all that is left of the path, one character or more, slashes included.
    Wildcard(&'static str),
    /// Literals with parameters between or beside them, in turn; at least one of each.
    Mixed(&'static [Part]),
}

/// A piece of a mixed segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Text that matches itself.
    Literal(&'static str),
    /// A parameter's name: one character or more.
    Param(&'static str),
}

/// What the trie finds a literal by.
#[must_use]
pub const fn literal_key(text: &str) -> u64 {
    key::of(text.as_bytes())
}

impl Segment {
    /// A segment that matches `text`, which is percent-encoded as a client sends it.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        Self::Literal(text, literal_key(text), text.len() as u32)
    }

    /// How many parameters the segment has.
    #[must_use]
    pub const fn param_count(&self) -> usize {
        match self {
            Self::Literal(..) => 0,
            Self::Param(_) | Self::Wildcard(_) => 1,
            Self::Mixed(parts) => {
                let literal_first = matches!(parts[0], Part::Literal(_));
                if literal_first { parts.len() / 2 } else { parts.len().div_ceil(2) }
            }
        }
    }

    /// The parts of a mixed segment; none of others.
    #[must_use]
    pub const fn parts(&self) -> &'static [Part] {
        match self {
            Self::Mixed(parts) => parts,
            _ => &[],
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
        match self {
            Self::Literal(name, ..) | Self::Param(name) | Self::Wildcard(name) => name,
            Self::Mixed(parts) => {
                let first = matches!(parts[0], Part::Literal(_)) as usize;
                match parts[first + 2 * nth] {
                    Part::Literal(name) | Part::Param(name) => name,
                }
            }
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
            Segment::Param("id"),
            Segment::Wildcard("rest"),
            Segment::Mixed(&[Part::Literal("v"), Part::Param("major"), Part::Literal("."), Part::Param("minor")]),
            Segment::Mixed(&[Part::Param("name"), Part::Literal("."), Part::Param("ext")]),
        ];
        let names: Vec<_> = SEGMENTS.iter().flat_map(Segment::param_names).collect();
        assert_eq!(names, ["id", "rest", "major", "minor", "name", "ext"]);
    }
}
