//! What does a request, or the code that plans one, see of the finished table?

use std::fmt;

use super::items::Group;
use super::params::Params;
use super::segment::Part;
use super::trie::{Edge, NONE, Node};
use super::{Draft, RouteMeta};
use crate::graph::{Declaration, Param, RouteRef};

/// A table's slices, free of const parameters; they lie in the `static` that holds the [`Draft`].
#[derive(Debug, Clone, Copy)]
pub struct TableData {
    pub(super) nodes: &'static [Node],
    pub(super) edges: &'static [Edge],
    pub(super) routes: &'static [FlatRoute],
    pub(super) groups: &'static [FlatGroup],
    pub(super) captures: &'static [Capture],
    pub(super) text: &'static [u8],
}

/// One route of a table, in the order in which the table lists them.
#[derive(Debug, Clone, Copy)]
pub struct FlatRoute {
    /// `None` only before the draft has come to the route.
    pub(super) record: Option<RouteRef>,
    /// The innermost group around it.
    pub(super) group: u32,
    /// The next route with the same path.
    pub(super) next: u32,
    pub(super) captures: Range,
    /// A standard method's code, or [`OTHER`](super::method::OTHER).
    pub(super) method: u8,
}

/// One group of a table.
#[derive(Debug, Clone, Copy)]
pub struct FlatGroup {
    pub(super) group: Option<&'static Group>,
    pub(super) parent: u32,
    pub(super) depth: u32,
    /// The full prefix.
    pub(super) text: Range,
}

/// One parameter of a full path, and where to find its value.
#[derive(Debug, Clone, Copy)]
pub struct Capture {
    pub(super) name: &'static str,
    /// The segment it is in, counted from the start of the path.
    pub(super) segment: u32,
    pub(super) place: InSegment,
}

/// What of its segment a parameter takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum InSegment {
    Whole,
    /// The segment and all behind it.
    Rest,
    /// Parameter `nth` of these parts.
    Part(&'static [Part], u32),
}

/// Where in a flat array something lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) start: u32,
    pub(super) len: u32,
}

impl Range {
    pub(super) const EMPTY: Self = Self { start: 0, len: 0 };

    pub(super) const fn of<T>(self, all: &[T]) -> &[T] {
        let (_, rest) = all.split_at(self.start as usize);
        let (these, _) = rest.split_at(self.len as usize);
        these
    }
}

impl FlatRoute {
    pub(super) const EMPTY: Self =
        Self { record: None, group: NONE, next: NONE, captures: Range::EMPTY, method: super::method::OTHER };

    pub(super) const fn meta(&self) -> &'static RouteMeta {
        &self.get().meta
    }

    /// What the handler depends on.
    pub(super) const fn params(&self) -> &'static [Param] {
        self.get().params
    }

    const fn get(&self) -> &'static Declaration {
        match self.record {
            Some(record) => record.get().declaration(),
            None => panic!("the draft fills in every route it counts"),
        }
    }
}

impl FlatGroup {
    pub(super) const EMPTY: Self = Self { group: None, parent: NONE, depth: 0, text: Range::EMPTY };

    pub(super) const fn get(&self) -> &'static Group {
        match self.group {
            Some(group) => group,
            None => panic!("the draft fills in every group it counts"),
        }
    }
}

impl Capture {
    pub(super) const EMPTY: Self = Self { name: "", segment: 0, place: InSegment::Whole };

    /// The parameter's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl TableData {
    /// The view of a draft.
    #[must_use]
    pub const fn new<
        const ROOTS: usize,
        const ROUTES: usize,
        const GROUPS: usize,
        const NODES: usize,
        const EDGES: usize,
        const CAPTURES: usize,
        const TEXT: usize,
    >(
        draft: &'static Draft<ROOTS, ROUTES, GROUPS, NODES, EDGES, CAPTURES, TEXT>,
    ) -> Self {
        Self {
            nodes: &draft.nodes,
            edges: &draft.edges,
            routes: &draft.routes,
            groups: &draft.groups,
            captures: &draft.captures,
            text: &draft.text,
        }
    }

    /// How many routes there are; their indices count from 0 in the order of the table, fragments and groups in place.
    #[must_use]
    pub const fn route_count(&self) -> usize {
        self.routes.len()
    }

    /// The route with this index.
    ///
    /// # Panics
    ///
    /// Panics if there is no such route.
    #[must_use]
    pub const fn route(&self, index: u32) -> Route<'_> {
        Route { table: self, flat: &self.routes[index as usize] }
    }

    /// All routes, in order.
    pub fn routes(&self) -> impl Iterator<Item = Route<'_>> {
        (0..self.routes.len() as u32).map(|index| self.route(index))
    }

    pub(super) const fn route_path(&self, index: u32) -> FullPath {
        self.route(index).path()
    }

    /// The groups, in the order in which the table lists them.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &'static Group> {
        self.groups.iter().map(FlatGroup::get)
    }

    /// Of the groups around a route which have layers, the outermost that is deeper than `depth`: its index and depth.
    pub(crate) fn layered_group(&self, route: u32, depth: u32) -> Option<(u32, u32)> {
        let mut found = None;
        let mut at = self.routes[route as usize].group;
        while at != NONE {
            let group = &self.groups[at as usize];
            if group.depth > depth && !group.get().layers.is_empty() {
                found = Some((at, group.depth));
            }
            at = group.parent;
        }
        found
    }

    /// The full prefix of a group, or of none.
    pub(super) const fn prefix(&self, group: u32) -> &'static str {
        if group == NONE {
            return "";
        }
        match core::str::from_utf8(self.groups[group as usize].text.of(self.text)) {
            Ok(prefix) => prefix,
            Err(_) => panic!("the draft writes whole strings"),
        }
    }
}

/// A route's full path as written, in two pieces: `Display` gives it whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FullPath {
    /// The prefixes of the groups around the route, in one piece.
    pub prefix: &'static str,
    /// The route's own path.
    pub path: &'static str,
}

impl fmt::Display for FullPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.prefix, self.path)
    }
}

/// One route, seen in its table.
#[derive(Debug, Clone, Copy)]
pub struct Route<'t> {
    table: &'t TableData,
    flat: &'static FlatRoute,
}

impl<'t> Route<'t> {
    /// The record that the handler's attribute emitted.
    #[must_use]
    pub const fn record(&self) -> RouteRef {
        match self.flat.record {
            Some(record) => record,
            None => panic!("the draft fills in every route it counts"),
        }
    }

    /// What the table knows of the route.
    #[must_use]
    pub const fn meta(&self) -> &'static RouteMeta {
        self.flat.meta()
    }

    /// The full path as written, prefixes included: `/admin/users/{id}`.
    #[must_use]
    pub const fn path(&self) -> FullPath {
        FullPath { prefix: self.table.prefix(self.flat.group), path: self.meta().path }
    }

    /// How many groups are around the route.
    #[must_use]
    pub const fn depth(&self) -> usize {
        if self.flat.group == NONE { 0 } else { self.table.groups[self.flat.group as usize].depth as usize }
    }

    /// The group at `level`, the outermost being 0.
    ///
    /// # Panics
    ///
    /// Panics if `level` is not below [`depth`](Self::depth).
    #[must_use]
    pub const fn group(&self, level: usize) -> &'static Group {
        let mut at = self.flat.group;
        loop {
            assert!(at != NONE, "the route has fewer groups around it");
            let group = &self.table.groups[at as usize];
            if group.depth as usize == level + 1 {
                return group.get();
            }
            at = group.parent;
        }
    }

    /// How many bytes a body may have that the handler takes, if it says so or else a group around it does, the innermost first.
    #[must_use]
    pub fn body_limit(&self) -> Option<usize> {
        let of_groups = || (0..self.depth()).rev().find_map(|level| self.group(level).body_limit);
        self.record().get().body_limit.or_else(of_groups)
    }

    /// How many segments its path as written has, those of groups included.
    #[must_use]
    pub fn segment_count(&self) -> usize {
        self.groups().map(|group| group.segments.len()).sum::<usize>() + self.meta().segments.len()
    }

    /// The groups around the route, outermost first.
    pub fn groups(&self) -> impl Iterator<Item = &'static Group> + use<'t> {
        let route = *self;
        (0..route.depth()).map(move |level| route.group(level))
    }

    /// The security scopes that its guards, its handler and all that these use may require, in order: what a description
    /// of the application lists.
    #[must_use]
    pub fn security_scopes(&self) -> Vec<&'static str> {
        let guards = self.groups().flat_map(|group| group.guards.iter()).map(|guard| &guard.get().param);
        crate::security::reached(guards.chain(self.flat.params()))
    }

    /// The parameters of the full path, from the left.
    #[must_use]
    pub const fn captures(&self) -> &'static [Capture] {
        self.flat.captures.of(self.table.captures)
    }

    /// The values that `path` has for the route's parameters, raw; `path` is one that the look-up found this route for.
    #[must_use]
    pub const fn params<'p>(&self, path: &'p str) -> Params<'p> {
        Params::new(self.captures(), path)
    }
}
