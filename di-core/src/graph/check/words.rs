//! How messages name things.

use crate::{
    graph::{Node, Param, Place},
    text::Text,
};

impl Text {
    /// Appends what a parameter asks for.
    pub(super) const fn asked(self, param: &Param) -> Self {
        self.kind(param.ty, param.node.get().name)
    }

    /// Appends a type, and the name that tells it from others of the type.
    pub(super) const fn kind(self, ty: &str, name: &str) -> Self {
        let text = self.str("`").str(ty).str("`");
        if name.is_empty() { text } else { text.str(" named `").str(name).str("`") }
    }

    /// Appends where a provider stands, if it is not the framework's.
    pub(super) const fn str_if_at(self, node: &Node) -> Self {
        let place = &node.function.place;
        if place.is_nowhere() { self } else { self.str(" (").at(place).str(")") }
    }

    /// Appends a place.
    pub(super) const fn at(self, place: &Place) -> Self {
        self.str(place.file()).str(":").num(place.line() as usize)
    }
}

/// The text between the angle brackets of a type.
pub(super) const fn inner(ty: &str) -> &str {
    let bytes = ty.as_bytes();
    let mut start = 0;
    while start < bytes.len() && bytes[start] != b'<' {
        start += 1;
    }
    if start + 1 >= bytes.len() {
        return ty;
    }
    let (_, rest) = ty.split_at(start + 1);
    let (inside, _) = rest.split_at(rest.len() - 1);
    inside
}

/// Whether a type is written with arguments.
pub(super) const fn is_generic(ty: &str) -> bool {
    matches!(ty.as_bytes(), [first, .., b'>'] if first.is_ascii_alphabetic())
}

/// What a type of the standard library that stands for several values, or for one that may be missing, is made of: of `Vec<Option<T>>` a
/// `T`, of a map what it maps to. A derive goes there.
pub(super) const fn element(ty: &str) -> &str {
    const LISTS: &[&[u8]] = &[b"Vec<", b"VecDeque<", b"Option<", b"Box<", b"Arc<", b"Rc<", b"HashSet<", b"BTreeSet<"];
    if starts_with_any(ty, LISTS) {
        return element(inner(ty));
    }
    if starts_with(ty.as_bytes(), b"HashMap<") || starts_with(ty.as_bytes(), b"BTreeMap<") {
        let (_, arguments) = ty.split_at(7 + starts_with(ty.as_bytes(), b"BTreeMap<") as usize);
        return element(last_of(arguments));
    }
    ty
}

/// Whether a type of the standard library is one that is sent as a list or a map.
pub(super) const fn is_list(ty: &str) -> bool {
    starts_with_any(ty, &[b"Vec<", b"VecDeque<", b"HashSet<", b"BTreeSet<", b"HashMap<", b"BTreeMap<"])
}

/// The last type of a tuple, or of a list of arguments.
pub(super) const fn last_of(tuple: &str) -> &str {
    let bytes = tuple.as_bytes();
    let (mut at, mut depth, mut start) = (0, 0, 1);
    while at + 1 < bytes.len() {
        match bytes[at] {
            b'(' | b'<' | b'[' => depth += 1,
            // That of `->` closes nothing.
            b'>' if bytes[at - 1] == b'-' => {}
            b')' | b'>' | b']' => depth -= 1,
            b' ' if depth == 1 && bytes[at - 1] == b',' => start = at + 1,
            _ => {}
        }
        at += 1;
    }
    let (head, _) = tuple.split_at(bytes.len() - 1);
    let (_, last) = head.split_at(start);
    last
}

/// Appends what an extractor requires: `_` stands for the type inside it, and a help gets a line of its own. What a generic type lacks, may
/// be lacking in what it is made of.
pub(super) const fn requirement(mut text: Text, requires: &'static str, inside: &str) -> Text {
    let mut rest = requires;
    while !rest.is_empty() {
        let bytes = rest.as_bytes();
        if starts_with(bytes, b"`_`") {
            text = text.str("`").str(inside).str("`");
            (_, rest) = rest.split_at(3);
        } else if starts_with(bytes, b" to it") && is_generic(inside) {
            text = text.str(" to it and to what is in it");
            (_, rest) = rest.split_at(6);
        } else if starts_with(bytes, b"; help: ") {
            text = text.str("\nhelp: ");
            (_, rest) = rest.split_at(8);
        } else {
            let (first, behind) = rest.split_at(char_len(bytes[0]));
            text = text.str(first);
            rest = behind;
        }
    }
    text
}

/// Appends what serde reads and writes shared pointers by, if there is one in a type.
pub(super) const fn with_serde_of_pointers(text: Text, ty: &str) -> Text {
    if contains(ty.as_bytes(), b"Arc<") || contains(ty.as_bytes(), b"Rc<") {
        text.str("\nhelp: that of an `Arc` or `Rc` comes with serde's feature `rc`")
    } else {
        text
    }
}

/// Whether a type begins with one of these.
pub(super) const fn starts_with_any(ty: &str, prefixes: &[&[u8]]) -> bool {
    let mut i = 0;
    while i < prefixes.len() {
        if starts_with(ty.as_bytes(), prefixes[i]) {
            return true;
        }
        i += 1;
    }
    false
}

pub(super) const fn starts_with(bytes: &[u8], prefix: &[u8]) -> bool {
    if bytes.len() < prefix.len() {
        return false;
    }
    let mut i = 0;
    while i < prefix.len() {
        if bytes[i] != prefix[i] {
            return false;
        }
        i += 1;
    }
    true
}

pub(super) const fn contains(bytes: &[u8], part: &[u8]) -> bool {
    let mut rest = bytes;
    while !starts_with(rest, part) {
        match rest {
            [_, behind @ ..] => rest = behind,
            [] => return false,
        }
    }
    true
}

/// How many bytes the character takes that starts with this one.
const fn char_len(first: u8) -> usize {
    match first.leading_ones() {
        0 => 1,
        ones => ones as usize,
    }
}
