//! What can be wrong with a table, and how is the user told?
//!
//! A fault is noted as indices while the table is being built; its text is put together only when it is asked for, so
//! that a table without faults pays nothing for the messages.

use super::segment::Part;
use super::table::{FullPath, TableData};
use super::trie::Owner;
use super::{PathNeed, RouteMeta, key, near};
use crate::graph::{BodyReader, GuardRecord, GuardRef, Param, Place, check};
use crate::text::Text;

/// One thing wrong with a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    None,
    /// The route's full path is empty.
    NoSlash(u32),
    /// The group's prefix has a wildcard.
    WildcardPrefix(u32),
    /// Two routes with the same method and path.
    Twice(u32, u32),
    /// Two fallbacks below one path.
    TwoFallbacks(u32, u32),
    /// Two mixed segments of which neither goes first.
    Overlap {
        first: Owner,
        first_parts: &'static [Part],
        second: Owner,
        second_parts: &'static [Part],
    },
    /// A full path has a parameter twice.
    SameName {
        owner: Owner,
        name: &'static str,
    },
    /// A parameter asked for by name is not in the full path.
    Lacks {
        route: u32,
        need: PathNeed,
    },
    /// A guard reads the body, and so does a guard further in, or the handler.
    BodyTwice {
        route: u32,
        outer: GuardRef,
        inner: BodyReader,
    },
    /// A guard reads the body of what opens a websocket.
    BodyOfSession {
        route: u32,
        guard: GuardRef,
    },
    /// The number of values asked for by position is not that of the path.
    Count {
        route: u32,
        need: PathNeed,
    },
    /// The teardown of something that a guard needs takes what the handler holds.
    Lent {
        route: u32,
        guard: GuardRef,
        held: &'static Param,
    },
}

impl Fault {
    pub(super) const fn text(&self, table: &TableData) -> Option<Text> {
        let text = Text::new();
        Some(match *self {
            Self::None => return None,
            Self::NoSlash(route) => no_slash(text, table, route),
            Self::WildcardPrefix(group) => wildcard_prefix(text, table, group),
            Self::Twice(first, second) => twice(text, table, first, second),
            Self::TwoFallbacks(first, second) => two_fallbacks(text, table, first, second),
            Self::Overlap { first, first_parts, second, second_parts } => {
                let text = text.str("`");
                let text = path(parts(text, first_parts).str("` in `"), path_of(table, first)).str("` and `");
                let text = path(parts(text, second_parts).str("` in `"), path_of(table, second));
                let text = text.str("` can match the same text, and neither is more specific\nnote: the first is ");
                let text = owner(text, table, first).str("\nnote: the second is ");
                owner(text, table, second)
                    .str("\nhelp: give one of them the longer literal at both ends, or move them apart by a segment")
            }
            Self::SameName { owner: of, name } => {
                owner(text.str("parameter `").str(name).str("` is twice in "), table, of)
                    .str("\nhelp: rename one of the two; a group's prefix and its routes share their names")
            }
            Self::Lacks { route, need } => lacks(text, table, route, &need),
            Self::Count { route, need } => count(text, table, route, &need),
            Self::BodyTwice { route, outer, inner } => return body_twice(table, route, outer, &inner),
            Self::BodyOfSession { route, guard } => return body_of_session(table, route, guard),
            Self::Lent { route, guard, held } => return lent(table, route, guard, held),
        })
    }
}

const fn no_slash(text: Text, table: &TableData, route: u32) -> Text {
    let meta = table.routes[route as usize].meta();
    let text = text.str("the path of `").str(meta.name).str("` ");
    place(text, meta.place).str(" is empty\nhelp: write `/`, or put the route into a `group(\"/prefix\", ..)`")
}

const fn wildcard_prefix(text: Text, table: &TableData, group: u32) -> Text {
    let group = table.groups[group as usize].get();
    let text = text.str("the prefix `").str(group.prefix).str("` ");
    place(text, group.place)
        .str(" has a wildcard, which leaves nothing to the group's routes")
        .str("\nhelp: end the routes' own paths with the wildcard")
}

const fn twice(text: Text, table: &TableData, first: u32, second: u32) -> Text {
    let (a, b) = (table.routes[first as usize].meta(), table.routes[second as usize].meta());
    let (a_path, b_path) = (table.route_path(first), table.route_path(second));
    let text = path(text.str("`").str(b.method).str(" "), b_path).str("` is routed twice: to `").str(a.name).str("` ");
    let text = place(text, a.place).str(" and to `").str(b.name).str("` ");
    let mut text = place(text, b.place);
    if !same_path(a_path, b_path) {
        text = path(text.str("\nnote: the first is written `"), a_path);
        text = text.str("`; names of parameters make no difference to what a path matches");
    }
    text.str("\nhelp: change one of the paths or methods, or remove one of the two from the table")
}

const fn two_fallbacks(text: Text, table: &TableData, first: u32, second: u32) -> Text {
    let (a, b) = (table.routes[first as usize].meta(), table.routes[second as usize].meta());
    let at = table.route_path(second);
    let text = if at.prefix.is_empty() && at.path.is_empty() {
        text.str("the table")
    } else {
        path(text.str("`"), at).str("`")
    };
    let text = place(text.str(" has two fallbacks: `").str(a.name).str("` "), a.place);
    place(text.str(" and `").str(b.name).str("` "), b.place)
        .str("\nhelp: remove one of the two, or move it into a `group(\"/prefix\", ..)` of its own")
}

const fn lacks(text: Text, table: &TableData, route: u32, need: &PathNeed) -> Text {
    let meta = table.routes[route as usize].meta();
    let full = table.route_path(route);
    let text = asked(text.str("`").str(need.name).str("` asked for by "), meta, need);
    let text = path(text.str(" is not in the path `"), full).str("`");
    let text = of_handler(text, meta, need);
    let captures = table.route(route).captures();
    match near::name(captures, table.routes[route as usize].params(), need.name) {
        Some(name) => {
            // No parameter asks for a name with `_` in front: it would be dropped.
            let text = match name.as_bytes() {
                [b'_', ..] => text.str("\nhelp: write `"),
                _ => text.str("\nhelp: rename the parameter to `").str(name).str("`, or write `"),
            };
            near::renamed(near::renamed(text, full.prefix, name, need.name), full.path, name, need.name).str("`")
        }
        None if captures.is_empty() => {
            text.str("\nhelp: the path has no parameters; add `{").str(need.name).str("}` to it")
        }
        None => {
            text.str("\nhelp: add `{").str(need.name).str("}` to the path, or rename the parameter to one that it has")
        }
    }
}

const fn count(text: Text, table: &TableData, route: u32, need: &PathNeed) -> Text {
    let meta = table.routes[route as usize].meta();
    let has = table.route(route).captures().len();
    let text = asked(text, meta, need).str(" takes ").num(need.count);
    let text = text.str(if need.count == 1 { " value" } else { " values" }).str(" by position, but the path `");
    let text = path(text, table.route_path(route)).str("` has ").num(has);
    let text = text.str(if has == 1 { " parameter" } else { " parameters" });
    of_handler(text, meta, need)
        .str("\nhelp: take one value for each parameter, those of prefixes included, or take them by name")
}

const fn body_twice(table: &TableData, route: u32, outer: GuardRef, inner: &BodyReader) -> Option<Text> {
    let guard = outer.get();
    let Some(outer) = guard.body() else { return None };
    let Some(text) = check::twice(&outer, inner) else { return None };
    Some(around(text, table, route, guard))
}

const fn body_of_session(table: &TableData, route: u32, guard: GuardRef) -> Option<Text> {
    let Some(reader) = guard.get().body() else { return None };
    check::guard_of_session(table.route(route).record().get(), &reader)
}

const fn lent(table: &TableData, route: u32, guard: GuardRef, held: &'static Param) -> Option<Text> {
    let guard = guard.get();
    match check::lent(std::slice::from_ref(&guard.param), held) {
        Some(text) => Some(around(text, table, route, guard)),
        None => None,
    }
}

/// `text`, and that `guard` is around the handler.
const fn around(text: Text, table: &TableData, route: u32, guard: &GuardRecord) -> Text {
    let meta = table.routes[route as usize].meta();
    let text = text.str("\nnote: guard `").str(guard.name).str("` runs before handler `").str(meta.name).str("` ");
    place(text, meta.place)
}

/// Who asks: a handler, or a dependency of one.
const fn asked(text: Text, handler: &RouteMeta, need: &PathNeed) -> Text {
    if need.by.is_empty() {
        return place(text.str("handler `").str(handler.name).str("` "), handler.place);
    }
    place(text.str("`").str(need.by).str("` "), need.place)
}

/// The handler on whose behalf a dependency asks.
const fn of_handler(text: Text, handler: &RouteMeta, need: &PathNeed) -> Text {
    if need.by.is_empty() {
        return text;
    }
    place(text.str(" of handler `").str(handler.name).str("` "), handler.place)
}

/// `/path` of `name` (file:line)
const fn owner(text: Text, table: &TableData, owner: Owner) -> Text {
    let text = path(text.str("`"), path_of(table, owner));
    match owner {
        Owner::Route(route) => {
            let meta = table.routes[route as usize].meta();
            place(text.str("` of `").str(meta.name).str("` "), meta.place)
        }
        Owner::Group(group) => place(text.str("`, the prefix of a group "), table.groups[group as usize].get().place),
    }
}

const fn path_of(table: &TableData, owner: Owner) -> FullPath {
    match owner {
        Owner::Route(route) => table.route_path(route),
        Owner::Group(group) => FullPath { prefix: table.prefix(group), path: "" },
    }
}

pub(super) const fn path(text: Text, path: FullPath) -> Text {
    text.str(path.prefix).str(path.path)
}

/// Whether two paths read the same, wherever their prefixes end.
const fn same_path(a: FullPath, b: FullPath) -> bool {
    let text = Text::new();
    key::same(path(text, a).as_str(), path(text, b).as_str())
}

const fn parts(mut text: Text, parts: &[Part]) -> Text {
    let mut i = 0;
    while i < parts.len() {
        text = match parts[i] {
            Part::Literal(literal) => text.str(literal),
            Part::Param(name) => text.str("{").str(name).str("}"),
        };
        i += 1;
    }
    text
}

pub(super) const fn place(text: Text, place: Place) -> Text {
    text.str("(").str(place.file()).str(":").num(place.line() as usize).str(")")
}
