//! Which route answers a method and a path, and which tables of routes make sense at all?
//!
//! This page is the specification. The table is built in const evaluation, checked there, and only read at run time.
//!
//! # Templates
//!
//! ```text
//! template  =  ""  |  ( "/" segment )+           "" only below a group; its prefix is the path then
//! prefix    =  ( "/" segment )+                  of a group: no slash at its end, no wildcard
//! segment   =  ""                                only the last: a trailing slash
//!           |  "{*" name "}"                     only the last: a wildcard
//!           |  ( literal | "{" name "}" )+       two parameters never beside each other
//! literal   =  any characters but "/" "?" "#", blanks and controls; "{{" and "}}" are braces
//! name      =  a Rust identifier, keywords included; no name twice in a full path
//! ```
//!
//! | written | matches | takes |
//! |---|---|---|
//! | `/users/{id}` | `/users/7`, `/users/a%2Fb` | `id` is one segment, not empty |
//! | `/files/{*path}` | `/files/a`, `/files/a/b/` | `path` is all that is left, one character or more |
//! | `/v{major}.{minor}/{name}.json` | `/v1.2/a.b.json` | `1`, `2`, `a.b`: mixed segments |
//! | `/users/` | `/users/` and not `/users` | a trailing slash is part of the path |
//!
//! In a mixed segment a parameter takes one character or more, and each but the last as few as it can: `{name}.{ext}` on
//! `a.tar.gz` gives `a` and `tar.gz`. A literal at either end of the segment is anchored there.
//!
//! # Full paths
//!
//! A group's prefix is put before the paths of what it holds, as it is. `group("/api", ..)` makes `/api` of an empty path
//! and `/api/` of `/`. A full path starts with a slash; so a path is empty only below a prefix.
//!
//! # Percent-encoding
//!
//! Literals are compared with the request's path as it was sent, byte for byte. In a template a character that may not
//! stand in a path as it is ([RFC 3986 §3.3](https://www.rfc-editor.org/rfc/rfc3986#section-3.3)) stands for its escape
//! in upper case: `/café` matches `/caf%C3%A9`. A client that escapes what need not be (`/%75sers`), or sends such a
//! character as it is, does not match. Captured values are slices of the raw path, so that `%2F` never separates
//! segments; [`decode`] turns one into text, once.
//!
//! # Precedence
//!
//! Segment by segment from the left, the first of these that matches is taken:
//!
//! 1. a literal;
//! 2. a mixed segment, the one with the longer literal at its start first, then the one with the longer at its end;
//! 3. a parameter;
//! 4. a wildcard;
//! 5. a fallback.
//!
//! A fallback is for all that is below its path, slashes included, and for its path itself, where no route is. That of a
//! longer path is taken before one of a shorter, and before a wildcard of a shorter.
//!
//! If what is taken leads to no route further on, the next is tried. Order in the table makes no difference.
//!
//! The path decides before the method does: with `GET /users/me` and `POST /users/{id}`, a `POST /users/me` is refused
//! with 405, since `/users/me` is the path that matches and it has no `POST`. A `GET` route answers `HEAD` unless the path
//! has a route for that; a route for any method (`*`) answers all that no other route of its path does, `HEAD`, where there
//! is no `GET`, and `OPTIONS` included. Otherwise `OPTIONS` is answered for each path that has no route for it; `OPTIONS *`, of the server as
//! a whole, is answered with 204 unless there is a fallback.
//!
//! # Conflicts
//!
//! Each of these is an error of the table's element that brings the second of the two:
//!
//! - Two routes with the same method and the same path, or two fallbacks; names of parameters make no difference.
//! - Two mixed segments after the same beginning that can match one text, unless one has at least as long a literal at
//!   both ends and a longer one at either: `v{a}` and `v{a}-beta` are in order, `{a}.json` and `v{b}` are not. Texts are
//!   told apart by the literals at the ends alone, so `{a}.{b}` and `{a}-{b}` conflict too.
//!
//! And of the element that has it: a full path that is empty, a name twice in a full path, a wildcard in a prefix,
//! something that is asked of the path and is not in the full path.
//!
//! # The trie
//!
//! ```text
//! GET  /users          (0)──users──(1) GET→0, POST→1
//! POST /users           │           └──{id}──(2) GET→2
//! GET  /users/{id}      │                     └──posts──(3) GET→3
//! GET  /users/{x}/posts └──v{n}──(4) GET→4
//! GET  /v{n}            └──{*rest}──(5) GET→5
//! GET  /{*rest}
//! ```
//!
//! Invariant: a node stands for one sequence of segments, names of parameters aside, and each sequence has one node. So two
//! routes conflict exactly if they end in the same node with the same method, which is seen when the second is added;
//! and a path is matched against a node once at most, however the look-up got there. Literal edges of all nodes lie in one
//! hash table by (node, segment); mixed edges in a list per node, most specific first, so that comparing them is the one
//! step that is not linear: a node with hundreds of *mixed* children takes time to check, and to search.

mod draft;
mod fault;
mod items;
pub(crate) mod key;
mod listed;
mod lookup;
mod method;
mod mixed;
mod near;
mod params;
mod pattern;
mod pattern_error;
mod segment;
mod table;
mod trie;

pub use self::draft::{Draft, Faults, at_element};
pub use self::items::{Group, Item, Sizes};
pub use self::lookup::{Allow, Found};
pub use self::params::{DecodeError, Params, decode};
pub use self::pattern::{ParsedPart, ParsedSegment, Pattern};
pub use self::pattern_error::PatternError;
pub use self::segment::{Part, Segment, literal_key};
pub use self::table::{Capture, FlatGroup, FlatRoute, FullPath, Route, TableData};
pub use self::trie::{Edge, Node};

use crate::graph::{Function, Place};

/// What the routing table knows of one route: no container type, no handler, so that const evaluation hashes little.
#[derive(Debug)]
pub struct RouteMeta {
    /// The method, in upper case as on the wire: `GET`, `PURGE`. `*` is any, and a fallback has none.
    pub method: &'static str,
    /// The path template as written in the attribute, without the prefixes of groups.
    pub path: &'static str,
    /// The template's segments, as [`Pattern::parse`] gives them.
    pub segments: &'static [Segment],
    /// The handler's name.
    pub name: &'static str,
    /// Where the handler is written.
    pub place: Place,
}

impl RouteMeta {
    /// The route of handler `name`, which stands where this is called.
    #[track_caller]
    #[must_use]
    pub const fn here(
        method: &'static str,
        path: &'static str,
        segments: &'static [Segment],
        name: &'static str,
    ) -> Self {
        Self { method, path, segments, name, place: Place::here() }
    }

    /// Whether it is a fallback: for any method, and for all that is below its path, itself included.
    #[must_use]
    pub const fn is_fallback(&self) -> bool {
        self.method.is_empty()
    }
}

/// One thing asked of a route's path by its handler or a dependency of it.
#[derive(Debug, Clone, Copy)]
struct PathNeed {
    /// The parameter's name; empty when values are taken by position.
    name: &'static str,
    /// How many values are taken by position; 0 when taken by name.
    count: usize,
    /// The function (or struct) that asks; empty for the handler itself.
    by: &'static str,
    /// Where that is written; meaningless for the handler itself.
    place: Place,
}

impl PathNeed {
    const fn of(function: &Function, name: &'static str, count: usize) -> Self {
        Self { name, count, by: function.name, place: function.place }
    }
}
