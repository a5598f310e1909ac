//! How is a place in a body named? By a JSON pointer ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)).

/// The pointer of the field `name` of a body.
pub(crate) fn of(name: &str) -> String {
    let mut pointer = String::with_capacity(name.len() + 1);
    push(&mut pointer, name);
    pointer
}

/// Extends `pointer` by a key, or an index.
pub(crate) fn push(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
}

/// `pointer`, and below that a key, or an index.
pub(crate) fn below(pointer: &str, key: &str) -> String {
    let mut below = pointer.to_owned();
    push(&mut below, key);
    below
}
