//! Which route answers a request?
//!
//! The path picks a node of the trie, then the method picks among the routes that end there.
//!
//! **Bound.** The path is cut at slashes before it is compared with anything, so a node at depth *d* can only ever be
//! tried on the path's segment *d*, and only from its one parent: backtracking visits no node twice. The worst path
//! costs one visit for each node of the table whose segments match it, never more than the table has nodes, however
//! the path is made; recursion is as deep as the table's longest path, whatever the request sends.

use std::fmt;

use http::Method;

use super::key;
use super::method::{self, ANY, FALLBACK, GET, HEAD, OPTIONS, OTHER, STANDARD};
use super::mixed;
use super::table::{FlatRoute, TableData};
use super::trie::{NONE, Node, literal_child};

/// What a table says to a method and a path.
#[derive(Debug, Clone, Copy)]
pub enum Found {
    /// A route answers.
    Route {
        /// Its index in the table.
        index: u32,
        /// Whether it is a route for `GET`, or for any method, that answers `HEAD`: the response's body is not sent.
        head: bool,
    },
    /// The path has routes, the method has none: 405 ([RFC 9110 §15.5.6](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6)).
    MethodNotAllowed(Allow),
    /// `OPTIONS` on a path without a route for it: the server answers for the path.
    Options(Allow),
    /// No path of the table matches.
    NotFound,
}

impl Found {
    /// The route that answers, or the first one that has the path: its index in the table.
    #[must_use]
    pub fn route(&self) -> Option<u32> {
        match self {
            Self::Route { index, .. } => Some(*index),
            Self::Options(allow) | Self::MethodNotAllowed(allow) => Some(allow.route()),
            Self::NotFound => None,
        }
    }
}

/// The methods of one path; `Display` gives the value of the header `Allow`.
///
/// Each is listed once, the standard ones in a fixed order and the others as the table lists them. `HEAD` is there beside
/// `GET`, and `OPTIONS` always.
#[derive(Clone, Copy)]
pub struct Allow {
    routes: &'static [FlatRoute],
    first: u32,
}

impl TableData {
    /// Finds the route for a request's method and raw path, without its query.
    ///
    /// The path is matched first: the most specific template that matches decides, though only another has the method.
    /// A path that does not start with a slash, the `*` of `OPTIONS *` or the nothing of `CONNECT`, has the fallback of the whole table.
    #[must_use]
    pub fn find(&self, method: &Method, path: &str) -> Found {
        if !path.starts_with('/') {
            return match self.fallback_below(&self.nodes[0]) {
                NONE => Found::NotFound,
                fallback => self.answer(fallback, method),
            };
        }
        match self.walk(0, path, 1) {
            NONE => Found::NotFound,
            first => self.answer(first, method),
        }
    }

    /// The fallback for what is below `node`, or [`NONE`].
    #[inline]
    fn fallback_below(&self, node: &Node) -> u32 {
        match node.wildcard {
            0 => NONE,
            wildcard => self.nodes[wildcard as usize].fallback(),
        }
    }

    /// The first of the routes that `path`, from `at` on, leads to below `node`, or [`NONE`].
    fn walk(&self, mut node: u32, path: &str, mut at: usize) -> u32 {
        loop {
            let here = &self.nodes[node as usize];
            let scan = key::scan(path.as_bytes(), at);
            let end = scan.end;
            if here.literals {
                let child = literal_child(self.nodes, self.edges, node, path, at, scan);
                if child != 0 {
                    // Without another way to go back to, there is nothing to return for.
                    if end < path.len() && !here.branches() {
                        (node, at) = (child, end + 1);
                        continue;
                    }
                    let found = self.below(child, path, end);
                    if found != NONE {
                        return found;
                    }
                }
            }
            if here.mixed != 0 {
                let found = self.walk_mixed(here.mixed, path, at, end);
                if found != NONE {
                    return found;
                }
            }
            if here.param != 0 && end > at {
                if end < path.len() && here.wildcard == 0 {
                    (node, at) = (here.param, end + 1);
                    continue;
                }
                let found = self.below(here.param, path, end);
                if found != NONE {
                    return found;
                }
            }
            if here.wildcard != 0 {
                let wildcard = &self.nodes[here.wildcard as usize];
                let takes = at < path.len() && wildcard.routes != NONE;
                return if takes { wildcard.routes } else { wildcard.fallback() };
            }
            return NONE;
        }
    }

    /// What `child` leads to, its segment having ended at `end`.
    #[inline]
    fn below(&self, child: u32, path: &str, end: usize) -> u32 {
        if end < path.len() {
            return self.walk(child, path, end + 1);
        }
        let here = &self.nodes[child as usize];
        // A fallback is for what it is below as well.
        if here.routes != NONE { here.routes } else { self.fallback_below(here) }
    }

    fn walk_mixed(&self, first: u32, path: &str, at: usize, end: usize) -> u32 {
        let mut child = first;
        while child != 0 {
            let node = &self.nodes[child as usize];
            if mixed::captures(node.parts, &path[at..end], |_| ()) {
                let found = self.below(child, path, end);
                if found != NONE {
                    return found;
                }
            }
            child = node.next;
        }
        NONE
    }

    /// The answer of the routes linked from `first`, all of one path.
    fn answer(&self, first: u32, method: &Method) -> Found {
        let code = method::code(method);
        let (mut at, mut get, mut any) = (first, NONE, NONE);
        while at != NONE {
            let route = &self.routes[at as usize];
            if route.method == code && (code != OTHER || route.meta().method == method.as_str()) {
                return Found::Route { index: at, head: false };
            }
            match route.method {
                GET => get = at,
                ANY | FALLBACK => any = at,
                _ => {}
            }
            at = route.next;
        }
        let allow = Allow { routes: self.routes, first };
        match code {
            HEAD if get != NONE => Found::Route { index: get, head: true },
            _ if any != NONE => Found::Route { index: any, head: code == HEAD },
            OPTIONS => Found::Options(allow),
            _ => Found::MethodNotAllowed(allow),
        }
    }
}

impl Allow {
    /// One of the routes of the path.
    pub(crate) const fn route(&self) -> u32 {
        self.first
    }

    fn routes(&self) -> impl Iterator<Item = &'static FlatRoute> {
        let routes = self.routes;
        let route = move |index: u32| routes.get(index as usize);
        std::iter::successors(route(self.first), move |last| route(last.next))
    }
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bit = |code: u8| 1_u16 << code;
        let mut has = self.routes().fold(bit(OPTIONS), |has, route| has | bit(route.method));
        if has & bit(GET) != 0 {
            has |= bit(HEAD);
        }
        let standard = (1..).zip(STANDARD).filter(|(code, _)| has & bit(*code) != 0).map(|(_, name)| name);
        let other = self.routes().filter(|route| route.method == OTHER).map(|route| route.meta().method);
        let mut comma = "";
        for name in standard.chain(other) {
            write!(f, "{comma}{name}")?;
            comma = ", ";
        }
        Ok(())
    }
}

impl fmt::Debug for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Allow({self})")
    }
}
