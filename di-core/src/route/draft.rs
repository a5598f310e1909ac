//! How does a tree of items become a table, in const evaluation?
//!
//! In one pass, top down: a group's prefix is walked into the trie once, and what the group holds continues from there. So
//! the work is linear in what the user wrote. Const evaluation counts calls and loops and gives up at two million, which
//! is what the shape of this code answers to.

use super::fault::Fault;
use super::items::{Group, Item, Sizes};
use super::method;
use super::segment::Segment;
use super::table::{Capture, FlatGroup, FlatRoute, InSegment, Range, TableData};
use super::trie::{Edge, NONE, Node, Owner, Trie};
use super::{PathNeed, RouteMeta, key};
use crate::graph::{self, Declaration, Function, Param, PathShape, RouteRef, Scope, Use, check};

/// What a handler with these parameters holds that a teardown of something below `guard` takes.
const fn lent(params: &'static [Param], guard: &'static Param) -> Option<&'static Param> {
    let mut i = 0;
    while i < params.len() {
        if matches!(params[i].usage, Use::Held) && check::lent(std::slice::from_ref(guard), &params[i]).is_some() {
            return Some(&params[i]);
        }
        i += 1;
    }
    None
}

/// A table in a `static`, together with what is wrong with it; its const parameters are the fields of [`Sizes`], in order.
#[derive(Debug)]
pub struct Draft<
    const ROOTS: usize,
    const ROUTES: usize,
    const GROUPS: usize,
    const NODES: usize,
    const EDGES: usize,
    const CAPTURES: usize,
    const TEXT: usize,
> {
    pub(super) nodes: [Node; NODES],
    pub(super) edges: [Edge; EDGES],
    pub(super) routes: [FlatRoute; ROUTES],
    pub(super) groups: [FlatGroup; GROUPS],
    pub(super) captures: [Capture; CAPTURES],
    pub(super) text: [u8; TEXT],
    faults: [Fault; ROOTS],
    faulty: bool,
}

impl<
    const ROOTS: usize,
    const ROUTES: usize,
    const GROUPS: usize,
    const NODES: usize,
    const EDGES: usize,
    const CAPTURES: usize,
    const TEXT: usize,
> Draft<ROOTS, ROUTES, GROUPS, NODES, EDGES, CAPTURES, TEXT>
{
    /// Builds the table of `items`; never panics over what they say, see [`faults`](Self::faults).
    ///
    /// # Panics
    ///
    /// Panics if the const parameters are not those of [`Sizes::of`] for the same items.
    #[must_use]
    pub const fn build(items: &'static [Item]) -> Self {
        // Arrays of their own rather than fields: pointers are then recorded in ascending order, which rustc does faster.
        let mut nodes = [Node::EMPTY; NODES];
        let mut edges = [Edge::EMPTY; EDGES];
        let mut routes = [FlatRoute::EMPTY; ROUTES];
        let mut groups = [FlatGroup::EMPTY; GROUPS];
        let mut captures = [Capture::EMPTY; CAPTURES];
        let mut text = [0; TEXT];
        let mut faults = [Fault::None; ROOTS];
        let trie = Trie::new(&mut nodes, &mut edges);
        let faulty = Builder::new(trie, &mut routes, &mut groups, &mut captures, &mut text, &mut faults).build(items);
        Self { nodes, edges, routes, groups, captures, text, faults, faulty }
    }

    /// What is wrong with the table, if anything is.
    #[must_use]
    pub const fn faults(&'static self) -> Option<Faults> {
        if self.faulty { Some(Faults { table: TableData::new(self), faults: &self.faults }) } else { None }
    }
}

/// What is wrong with a table.
#[derive(Debug, Clone, Copy)]
pub struct Faults {
    table: TableData,
    faults: &'static [Fault],
}

/// Panics with what is wrong with element `root` of the table, if anything is: the compiler reports it where this is called.
///
/// # Panics
///
/// Panics with the fault, and if the root has fewer elements.
#[track_caller]
pub const fn at_element(faults: &Faults, root: usize) {
    check::fail(faults.faults[root].text(&faults.table));
}

impl TableData {
    /// Builds a table at run time and keeps it for good: for tests, and for tables that no macro has seen.
    ///
    /// # Errors
    ///
    /// The messages that `table!` would give, in order.
    pub fn leak(items: &'static [Item]) -> Result<Self, Vec<String>> {
        fn room<T: Clone>(empty: T, len: usize) -> &'static mut [T] {
            Vec::leak(vec![empty; len])
        }
        let sizes = Sizes::of(items);
        let (nodes, edges) = (room(Node::EMPTY, sizes.nodes), room(Edge::EMPTY, sizes.edges));
        let (routes, groups) = (room(FlatRoute::EMPTY, sizes.routes), room(FlatGroup::EMPTY, sizes.groups));
        let (captures, text) = (room(Capture::EMPTY, sizes.captures), room(0, sizes.text));
        let mut faults = vec![Fault::None; sizes.roots];
        let trie = Trie::new(nodes, edges);
        Builder::new(trie, routes, groups, captures, text, &mut faults).build(items);
        let table = Self { nodes, edges, routes, groups, captures, text };
        let errors: Vec<_> = faults.iter().filter_map(|f| f.text(&table)).map(|t| t.as_str().to_owned()).collect();
        if errors.is_empty() { Ok(table) } else { Err(errors) }
    }
}

/// The arrays being filled, and how far they are.
struct Builder<'a> {
    trie: Trie<'a>,
    routes: &'a mut [FlatRoute],
    groups: &'a mut [FlatGroup],
    captures: &'a mut [Capture],
    text: &'a mut [u8],
    faults: &'a mut [Fault],
    faulty: bool,
    route_count: usize,
    group_count: usize,
    capture_count: usize,
    text_len: usize,
    /// The element of the root that is being added.
    root: usize,
    /// Nodes that ask the path for nothing, nor does anything below them, and where the next is noted: handlers share their
    /// dependencies, which need not be walked for each.
    quiet: [Option<&'static graph::Node>; QUIET],
    next_quiet: usize,
}

/// Whether a function asks the path for anything.
#[derive(Clone, Copy)]
struct Asks {
    itself: bool,
    /// Whether something that it depends on may.
    below: bool,
}

/// How many nodes are remembered as asking the path for nothing.
const QUIET: usize = 16;

/// Where an item stands: what the groups around it have come to.
#[derive(Clone, Copy)]
struct Above {
    /// The trie's node, or [`NONE`] below a faulty prefix: what is there is listed but not matched.
    node: u32,
    group: u32,
    depth: u32,
    segments: u32,
    captures: Range,
    text: Range,
}

impl<'a> Builder<'a> {
    const fn new(
        trie: Trie<'a>,
        routes: &'a mut [FlatRoute],
        groups: &'a mut [FlatGroup],
        captures: &'a mut [Capture],
        text: &'a mut [u8],
        faults: &'a mut [Fault],
    ) -> Self {
        Self {
            trie,
            routes,
            groups,
            captures,
            text,
            faults,
            faulty: false,
            route_count: 0,
            group_count: 0,
            capture_count: 0,
            text_len: 0,
            root: 0,
            quiet: [None; QUIET],
            next_quiet: 0,
        }
    }

    /// Says whether there is a fault.
    const fn build(mut self, items: &'static [Item]) -> bool {
        let above = Above { node: 0, group: NONE, depth: 0, segments: 0, captures: Range::EMPTY, text: Range::EMPTY };
        self.items(items, above, true);
        self.faulty
    }

    /// `root` says that these are the elements of the root.
    const fn items(&mut self, items: &'static [Item], above: Above, root: bool) {
        let (mut i, len) = (0, items.len());
        while i < len {
            if root {
                self.root = i;
            }
            match &items[i] {
                Item::Route(route) => self.route(*route, above),
                Item::Group(group) => self.group(group, above),
                Item::Include(items) => self.items(items, above, false),
            }
            i += 1;
        }
    }

    const fn group(&mut self, group: &'static Group, above: Above) {
        let index = self.group_count;
        self.group_count += 1;
        let owner = Owner::Group(index as u32);
        let captures = self.captures(group.segments, above, owner);
        let text = self.text(above.text, group.prefix);
        self.groups[index] = FlatGroup { group: Some(group), parent: above.group, depth: above.depth + 1, text };
        let below = Above {
            node: self.insert(group.segments, above.node, owner),
            group: index as u32,
            depth: above.depth + 1,
            segments: above.segments + group.segments.len() as u32,
            captures,
            text,
        };
        self.items(group.items, below, false);
    }

    const fn route(&mut self, record: RouteRef, above: Above) {
        let index = self.route_count as u32;
        self.route_count += 1;
        let Declaration { meta, params, .. } = record.get().declaration();
        let owner = Owner::Route(index);
        let captures = self.captures(meta.segments, above, owner);
        let method = method::code_of(meta.method);
        self.routes[index as usize] =
            FlatRoute { record: Some(record), group: above.group, next: NONE, captures, method };
        // In the place of a handler that has been refused: nothing more is said of it.
        if method == method::FALLBACK && meta.place.is_nowhere() {
            return;
        }
        if above.segments == 0 && matches!(meta.segments, []) && method != method::FALLBACK {
            self.fault(Fault::NoSlash(index));
            return;
        }
        self.needs(index, &Function::ITSELF, params, captures);
        if above.group != NONE {
            self.guards(index, record, above.group, captures);
        }
        let node = self.insert(meta.segments, above.node, owner);
        if node == NONE {
            return;
        }
        if method == method::FALLBACK {
            self.fallback(node, index, owner);
        } else {
            self.link(node, index, meta);
        }
    }

    /// Makes route `index` what is tried last below `node`.
    const fn fallback(&mut self, node: u32, index: u32, owner: Owner) {
        let Ok(wildcard) = self.trie.child(node, &Segment::Wildcard(""), owner) else { return };
        let wildcard = &mut self.trie.nodes[wildcard as usize];
        if wildcard.next == 0 {
            wildcard.next = index + 1;
        } else {
            let first = wildcard.fallback();
            self.fault(Fault::TwoFallbacks(first, index));
        }
    }

    /// Adds route `index` to those that end at `node`.
    const fn link(&mut self, node: u32, index: u32, meta: &RouteMeta) {
        let method = self.routes[index as usize].method;
        let (mut last, mut at) = (NONE, self.trie.nodes[node as usize].routes);
        while at != NONE {
            let other = &self.routes[at as usize];
            if other.method == method && (method != method::OTHER || key::same(other.meta().method, meta.method)) {
                self.fault(Fault::Twice(at, index));
                return;
            }
            last = at;
            at = other.next;
        }
        if last == NONE {
            self.trie.nodes[node as usize].routes = index;
        } else {
            self.routes[last as usize].next = index;
        }
    }

    /// Walks `segments` into the trie; the node they lead to, or [`NONE`] after a fault.
    const fn insert(&mut self, mut segments: &'static [Segment], mut node: u32, owner: Owner) -> u32 {
        while let [segment, rest @ ..] = segments
            && node != NONE
        {
            segments = rest;
            if let (Segment::Wildcard(_), Owner::Group(group)) = (segment, owner) {
                self.fault(Fault::WildcardPrefix(group));
                return NONE;
            }
            let child = match *segment {
                // Most are one, and a call less is much to const evaluation.
                Segment::Literal(text, key, len) => Ok(self.trie.literal(node, text, key, len, owner)),
                _ => self.trie.child(node, segment, owner),
            };
            node = match child {
                Ok(child) => child,
                Err(other) => {
                    let node = &self.trie.nodes[other as usize];
                    let (first, first_parts) = (node.owner, node.parts);
                    self.fault(Fault::Overlap { first, first_parts, second: owner, second_parts: segment.parts() });
                    NONE
                }
            };
        }
        node
    }

    /// Lists the parameters of a full path: those of the groups around, then those of `segments`.
    const fn captures(&mut self, mut segments: &'static [Segment], above: Above, owner: Owner) -> Range {
        let mut range = Range { start: self.capture_count as u32, len: 0 };
        while range.len < above.captures.len {
            self.captures[self.capture_count] = self.captures[(above.captures.start + range.len) as usize];
            self.capture_count += 1;
            range.len += 1;
        }
        let mut at = above.segments;
        while let [segment, rest @ ..] = segments {
            match *segment {
                Segment::Literal(..) => {}
                Segment::Param(name) => range = self.capture(name, at, InSegment::Whole, range, owner),
                Segment::Wildcard(name) => range = self.capture(name, at, InSegment::Rest, range, owner),
                Segment::Mixed(parts) => {
                    let mut nth = 0;
                    while nth < segment.param_count() {
                        let place = InSegment::Part(parts, nth as u32);
                        range = self.capture(segment.param_name(nth), at, place, range, owner);
                        nth += 1;
                    }
                }
            }
            at += 1;
            segments = rest;
        }
        range
    }

    /// Adds a parameter to those of `range`, the last one so far.
    const fn capture(
        &mut self,
        name: &'static str,
        segment: u32,
        place: InSegment,
        range: Range,
        owner: Owner,
    ) -> Range {
        if range.len > 0 && self.has(name, range) {
            self.fault(Fault::SameName { owner, name });
        }
        self.captures[self.capture_count] = Capture { name, segment, place };
        self.capture_count += 1;
        Range { start: range.start, len: range.len + 1 }
    }

    /// Checks that the full path has what `function` and all that it depends on ask for.
    const fn needs(&mut self, route: u32, function: &Function, params: &'static [Param], captures: Range) {
        if self.asked_by(route, function, params, captures).below {
            self.needs_below(route, params, captures);
        }
    }

    /// Apart from [`needs`](Self::needs), because a call takes const evaluation the longer the larger the function is.
    const fn needs_below(&mut self, route: u32, params: &'static [Param], captures: Range) {
        check::reach!(params, reached => {
            let (mut at, mut asks) = (0, false);
            while at < reached.len {
                let node = reached.node(at);
                asks |= self.asked_by(route, &node.function, node.params, captures).itself;
                at += 1;
            }
            if !asks {
                self.note_quiet(params);
            }
        }, {});
    }

    const fn is_quiet(&self, node: &graph::Node) -> bool {
        let mut i = 0;
        while i < QUIET {
            let Some(quiet) = self.quiet[i] else { return false };
            if quiet.function.id == node.function.id {
                return true;
            }
            i += 1;
        }
        false
    }

    const fn note_quiet(&mut self, params: &'static [Param]) {
        let mut i = 0;
        while i < params.len() {
            let node = params[i].node.get();
            // The instances of a generic provider cannot be told apart.
            if check::has_below(&params[i]) && !node.function.generic && !self.is_quiet(node) {
                self.quiet[self.next_quiet % QUIET] = Some(node);
                self.next_quiet += 1;
            }
            i += 1;
        }
    }

    /// Checks that the full path has what `function` itself asks for.
    const fn asked_by(
        &mut self,
        route: u32,
        function: &Function,
        mut params: &'static [Param],
        captures: Range,
    ) -> Asks {
        let mut asks = Asks { itself: false, below: false };
        while let [param, rest @ ..] = params {
            params = rest;
            let Some(input) = &param.input else {
                if !asks.below {
                    let node = param.node.get();
                    let leads_on =
                        matches!(node.scope, Scope::Request | Scope::Transient) && !matches!(node.params, []);
                    asks.below = leads_on && !self.is_quiet(node);
                }
                continue;
            };
            asks.itself |= !matches!(input.path, PathShape::None);
            match input.path {
                PathShape::None => {}
                PathShape::Scalar => self.need(route, function, param.name, captures),
                PathShape::Tuple(count) => {
                    if count != captures.len as usize {
                        self.fault(Fault::Count { route, need: PathNeed::of(function, "", count) });
                    }
                }
                PathShape::Fields(fields) => {
                    let mut k = 0;
                    while k < fields.len() {
                        self.need(route, function, fields[k], captures);
                        k += 1;
                    }
                }
            }
        }
        asks
    }

    const fn need(&mut self, route: u32, function: &Function, name: &'static str, captures: Range) {
        // Of one without a name that has been said where it stands.
        if !name.is_empty() && !self.has(name, captures) {
            self.fault(Fault::Lacks { route, need: PathNeed::of(function, name, 0) });
        }
    }

    /// Checks a route against the guards around it: that the full path has what they need, that one at most of all
    /// these reads the body, and that no teardown of theirs takes what the handler holds.
    const fn guards(&mut self, route: u32, record: RouteRef, mut group: u32, captures: Range) {
        let (mut reader, mut known) = (None, false);
        while group != NONE {
            let guards = self.groups[group as usize].get().guards;
            let mut i = guards.len();
            while i > 0 {
                i -= 1;
                let guard = guards[i].get();
                self.needs(route, &guard.function, std::slice::from_ref(&guard.param), captures);
                if let Some(held) = lent(record.get().declaration().params, &guard.param) {
                    self.fault(Fault::Lent { route, guard: guards[i], held });
                }
                if let Some(outer) = guard.body() {
                    if check::guard_of_session(record.get(), &outer).is_some() {
                        self.fault(Fault::BodyOfSession { route, guard: guards[i] });
                    }
                    if !known {
                        // Asked here and not where the route is declared: hardly any guard reads the body.
                        let record = record.get().declaration();
                        reader = check::reader(&record.function(), record.params);
                        known = true;
                    }
                    if let Some(inner) = reader
                        && check::twice(&outer, &inner).is_some()
                    {
                        self.fault(Fault::BodyTwice { route, outer: guards[i], inner });
                    }
                    reader = Some(outer);
                }
            }
            group = self.groups[group as usize].parent;
        }
    }

    const fn has(&self, name: &str, captures: Range) -> bool {
        let (mut i, end) = (captures.start as usize, (captures.start + captures.len) as usize);
        while i < end {
            if key::same(self.captures[i].name, name) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Writes down a group's full prefix: what is at `above`, then `tail`.
    const fn text(&mut self, above: Range, tail: &str) -> Range {
        let start = self.text_len;
        let (written, room) = self.text.split_at_mut(start);
        let (head, rest) = room.split_at_mut(above.len as usize);
        head.copy_from_slice(above.of(written));
        let (end, _) = rest.split_at_mut(tail.len());
        end.copy_from_slice(tail.as_bytes());
        self.text_len += above.len as usize + tail.len();
        Range { start: start as u32, len: above.len + tail.len() as u32 }
    }

    /// Notes what is wrong with the current element of the root; the first fault stays.
    const fn fault(&mut self, fault: Fault) {
        self.faulty = true;
        if matches!(self.faults[self.root], Fault::None) {
            self.faults[self.root] = fault;
        }
    }
}
