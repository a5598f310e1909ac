//! Which text does a mixed segment match, and which of two mixed segments is tried first?
//!
//! ```text
//! parts     v   {major}   .   {minor}   -beta
//!           │      │      │      │        └ suffix: taken off the end
//!           │      │      │      └ last parameter: what is left, one character or more
//!           │      │      └ leftmost occurrence with a character before it
//!           │      └ up to there
//!           └ prefix: taken off the start
//! ```
//!
//! Taking the leftmost occurrence leaves the most text for what follows, so a segment that matches in any way matches in
//! this one, and there is nothing to try again.

use super::key;
use super::segment::Part;

/// How two mixed segments under one node stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// The same but for parameter names.
    Same,
    /// No text matches both, or the first is more specific: it is tried first.
    Before,
    /// The second is tried first.
    After,
    /// Both can match one text and neither is more specific.
    Overlap,
}

/// How `a` stands to `b`.
pub(super) const fn relation(a: &[Part], b: &[Part]) -> Relation {
    if same_shape(a, b) {
        return Relation::Same;
    }
    let (a_pre, b_pre) = (prefix(a).as_bytes(), prefix(b).as_bytes());
    let (a_suf, b_suf) = (suffix(a).as_bytes(), suffix(b).as_bytes());
    let disjoint = differ(a_pre, b_pre, key::shared_prefix(a_pre, b_pre))
        || differ(a_suf, b_suf, key::shared_suffix(a_suf, b_suf));
    let longer = a_pre.len() > b_pre.len() || (a_pre.len() == b_pre.len() && a_suf.len() > b_suf.len());
    let other_way = if longer { a_suf.len() < b_suf.len() } else { a_suf.len() > b_suf.len() };
    let level = a_pre.len() == b_pre.len() && a_suf.len() == b_suf.len();
    match (disjoint, longer) {
        (false, _) if level || other_way => Relation::Overlap,
        (_, true) => Relation::Before,
        (_, false) => Relation::After,
    }
}

/// Whether two literals part before either ends.
const fn differ(a: &[u8], b: &[u8], shared: usize) -> bool {
    shared < a.len() && shared < b.len()
}

const fn same_shape(a: &[Part], b: &[Part]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        match (a[i], b[i]) {
            (Part::Param(_), Part::Param(_)) => {}
            (Part::Literal(a), Part::Literal(b)) if key::same(a, b) => {}
            _ => return false,
        }
        i += 1;
    }
    true
}

/// The literal at the start, or nothing.
pub(super) const fn prefix(parts: &[Part]) -> &'static str {
    match parts {
        [Part::Literal(text), ..] => text,
        _ => "",
    }
}

/// The literal at the end, or nothing.
pub(super) const fn suffix(parts: &[Part]) -> &'static str {
    match parts {
        [.., Part::Literal(text)] => text,
        _ => "",
    }
}

/// Whether `segment` matches `parts`; hands each parameter's text to `each`, from the left, as far as it gets.
pub(super) fn captures<'p>(parts: &[Part], segment: &'p str, mut each: impl FnMut(&'p str)) -> bool {
    let Some(mut rest) = segment.strip_prefix(prefix(parts)).and_then(|s| s.strip_suffix(suffix(parts))) else {
        return false;
    };
    // The literals at either end are done; the others are where two parameters part.
    let last = parts.len() - 1;
    for part in &parts[1..last] {
        let Part::Literal(text) = part else { continue };
        let Some((before, behind)) = split_after_first(rest, text) else { return false };
        each(before);
        rest = behind;
    }
    each(rest);
    !rest.is_empty()
}

/// `s` around the leftmost `text` that has at least one character before it.
fn split_after_first<'p>(s: &'p str, text: &str) -> Option<(&'p str, &'p str)> {
    let first = s.chars().next()?.len_utf8();
    let at = first + s[first..].find(text)?;
    Some((&s[..at], &s[at + text.len()..]))
}

#[cfg(test)]
mod tests {
    use super::Part::{Literal as L, Param as P};
    use super::*;

    #[track_caller]
    fn check(parts: &[Part], segment: &str, expected: Option<&[&str]>) {
        let mut found = Vec::new();
        let matched = captures(parts, segment, |value| found.push(value));
        assert_eq!(matched.then_some(&found[..]), expected, "{parts:?} on {segment:?}");
    }

    #[test]
    fn parameters_take_as_little_as_they_can() {
        let file = &[P("name"), L("."), P("ext")];
        check(file, "a.txt", Some(&["a", "txt"]));
        check(file, "a.tar.gz", Some(&["a", "tar.gz"]));
        check(file, "..txt", Some(&[".", "txt"]));
        check(file, ".txt", None);
        check(file, "a.", None);
        check(file, "a", None);
        check(file, "", None);
        check(file, "é.ü", Some(&["é", "ü"]));
    }

    #[test]
    fn literals_at_the_ends_are_anchored() {
        check(&[L("v"), P("n")], "v1", Some(&["1"]));
        check(&[L("v"), P("n")], "v", None);
        check(&[P("n"), L(".json")], "a.json.json", Some(&["a.json"]));
        check(&[L("ab"), P("n"), L("ba")], "aba", None);
        check(&[L("ab"), P("n"), L("ba")], "abba", None);
        check(&[L("ab"), P("n"), L("ba")], "abxba", Some(&["x"]));
        check(&[L("v"), P("a"), L("."), P("b"), L("-beta")], "v1.2.3-beta", Some(&["1", "2.3"]));
    }

    #[test]
    fn the_longer_literal_goes_first_and_a_tie_is_an_overlap() {
        use Relation::{After, Before, Overlap, Same};
        let rows: [(&[Part], &[Part], Relation); 8] = [
            (&[L("v"), P("a")], &[L("v"), P("b")], Same),
            (&[L("va"), P("a")], &[L("v"), P("b")], Before),
            (&[L("v"), P("a")], &[L("v"), P("b"), L("x")], After),
            (&[L("va"), P("a")], &[L("v"), P("b"), L("x")], Overlap),
            (&[L("a"), P("a")], &[L("bc"), P("b"), L("x")], After),
            (&[P("a"), L(".json")], &[P("b"), L(".xml")], Before),
            (&[P("a"), L("."), P("b")], &[P("b"), L("-"), P("c")], Overlap),
            (&[L("v"), P("a"), L("."), P("b")], &[L("v"), P("b")], Overlap),
        ];
        for (a, b, expected) in rows {
            assert_eq!(relation(a, b), expected, "{a:?} {b:?}");
        }
    }
}
