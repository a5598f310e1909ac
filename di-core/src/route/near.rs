//! Which parameter of a path did the user mean?

use super::key::{shared_prefix, shared_suffix};
use super::table::Capture;
use crate::graph::{Param, check};
use crate::text::Text;

/// The parameter that `wanted` was most likely meant to be: one that looks like it, or else the only one that nothing
/// of the route asks for.
pub(super) const fn name(captures: &[Capture], params: &'static [Param], wanted: &str) -> Option<&'static str> {
    let (mut free, mut free_count, mut i) = (None, 0, 0);
    while i < captures.len() {
        let name = captures[i].name;
        if !check::asks_for(params, name) {
            if alike(name, wanted) {
                return Some(name);
            }
            (free, free_count) = (Some(name), free_count + 1);
        }
        i += 1;
    }
    if free_count == 1 { free } else { None }
}

/// Whether one name is an end of the other (`id`, `user_id`), or they differ in one place only (`user`, `usre`).
const fn alike(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (least, most) = if a.len() < b.len() { (a.len(), b.len()) } else { (b.len(), a.len()) };
    let (prefix, suffix) = (shared_prefix(a, b), shared_suffix(a, b));
    prefix == least || suffix == least || (most > 3 && prefix + suffix + 2 >= most)
}

/// `path` with parameter `old` called `new`.
pub(super) const fn renamed(text: Text, path: &str, old: &str, new: &str) -> Text {
    let bytes = path.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let name_at = if at + 1 < bytes.len() && bytes[at + 1] == b'*' { at + 2 } else { at + 1 };
        if bytes[at] == b'{' && starts_with_name(bytes, name_at, old) {
            let (before, rest) = path.split_at(name_at);
            let (_, behind) = rest.split_at(old.len());
            return text.str(before).str(new).str(behind);
        }
        at += 1;
    }
    text.str(path)
}

const fn starts_with_name(path: &[u8], at: usize, name: &str) -> bool {
    let (_, rest) = path.split_at(if at < path.len() { at } else { path.len() });
    rest.len() > name.len() && rest[name.len()] == b'}' && shared_prefix(rest, name.as_bytes()) == name.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_or_a_shorter_name_is_alike() {
        for (a, b) in [("id", "user_id"), ("user_id", "id"), ("usre", "user"), ("userid", "user_id"), ("ids", "id")] {
            assert!(alike(a, b), "{a} {b}");
        }
        for (a, b) in [("id", "ab"), ("name", "user"), ("page", "slug")] {
            assert!(!alike(a, b), "{a} {b}");
        }
    }

    #[test]
    fn a_parameter_is_renamed_where_it_stands() {
        let rows = [
            ("/a/{id}", "id", "/a/{x}"),
            ("/id/{ids}/v{id}.json", "id", "/id/{ids}/v{x}.json"),
            ("/a/{*id}", "id", "/a/{*x}"),
            ("/{{id}}/{id}", "id", "/{{x}}/{id}"),
        ];
        for (path, old, expected) in rows {
            assert_eq!(renamed(Text::new(), path, old, "x").as_str(), expected);
        }
    }
}
