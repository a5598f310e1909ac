//! What do `routes![]` and `table![]` emit, before anything is checked?
//!
//! A tree: routes, groups around items, and fragments of other modules spliced in. [`Sizes`] measures it, so that the
//! arrays of the [`Draft`](super::Draft) have room for all of it, whatever its size.

use super::RouteMeta;
use super::segment::Segment;
use crate::graph::{GuardRef, Place, RouteRef};
use crate::layers::Around;

/// One element of a fragment or a table.
#[derive(Debug, Clone, Copy)]
pub enum Item {
    /// A handler's route.
    Route(RouteRef),
    /// A group with a prefix or guards; in a `static`.
    Group(&'static Group),
    /// Another fragment's items, in a `static`, as if they were written here.
    Include(&'static [Item]),
}

/// `group("/prefix", guards = [..], ..)`.
#[derive(Debug)]
pub struct Group {
    /// The prefix as written, or nothing.
    pub prefix: &'static str,
    /// The prefix's segments, as [`Pattern::parse_prefix`](super::Pattern::parse_prefix) gives them.
    pub segments: &'static [Segment],
    /// The group's own guards, in order.
    pub guards: &'static [GuardRef],
    /// What goes around the group's routes, outermost first.
    pub layers: &'static [Around],
    /// What documentation sorts the group's operations by.
    pub tags: &'static [&'static str],
    /// Whether documentation leaves out the group's operations.
    pub hidden: bool,
    /// Whether documentation says of the group's operations that they are about to go.
    pub deprecated: bool,
    /// How many bytes the bodies may have that its routes take, if it says so.
    pub body_limit: Option<usize>,
    /// What the group holds.
    pub items: &'static [Item],
    /// Where the group is written.
    pub place: Place,
}

/// How much room a tree of items needs in a [`Draft`](super::Draft): its const parameters, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Elements of the root.
    pub roots: usize,
    /// Routes, in all groups.
    pub routes: usize,
    /// Groups.
    pub groups: usize,
    /// Nodes of the trie, at most: one for each segment written, and the root.
    pub nodes: usize,
    /// Slots of the hash table of literals: a power of two, and twice as many as there are literals.
    pub edges: usize,
    /// Captures: parameters of full paths, summed over routes and groups.
    pub captures: usize,
    /// Bytes of the groups' full prefixes.
    pub text: usize,
}

/// What an item inherits from the groups around it.
#[derive(Clone, Copy)]
struct Above {
    captures: usize,
    text: usize,
}

impl Sizes {
    /// Measures the tree below `items`.
    #[must_use]
    pub const fn of(items: &[Item]) -> Self {
        let mut sizes = Self { roots: items.len(), routes: 0, groups: 0, nodes: 1, edges: 0, captures: 0, text: 0 };
        sizes.add_all(items, Above { captures: 0, text: 0 });
        sizes.edges = (2 * sizes.edges).next_power_of_two();
        if sizes.edges < 2 {
            sizes.edges = 2;
        }
        sizes
    }

    const fn add_all(&mut self, items: &[Item], above: Above) {
        let (mut i, len) = (0, items.len());
        while i < len {
            match items[i] {
                Item::Route(route) => self.add_route(&route.get().declaration().meta, above),
                Item::Group(group) => self.add_group(group, above),
                Item::Include(items) => self.add_all(items, above),
            }
            i += 1;
        }
    }

    const fn add_route(&mut self, meta: &RouteMeta, above: Above) {
        self.routes += 1;
        self.captures += above.captures + self.add_segments(meta.segments);
        // A fallback lies beside a wildcard.
        self.nodes += meta.is_fallback() as usize;
    }

    const fn add_group(&mut self, group: &Group, above: Above) {
        self.groups += 1;
        let captures = above.captures + self.add_segments(group.segments);
        let text = above.text + group.prefix.len();
        self.captures += captures;
        self.text += text;
        self.add_all(group.items, Above { captures, text });
    }

    /// Makes room for `segments` and says how many parameters they have.
    const fn add_segments(&mut self, mut segments: &[Segment]) -> usize {
        let mut captures = 0;
        while let [segment, rest @ ..] = segments {
            match segment {
                Segment::Literal(..) => self.edges += 1,
                Segment::Param(_) | Segment::Wildcard(_) => captures += 1,
                mixed => captures += mixed.param_count(),
            }
            self.nodes += 1;
            segments = rest;
        }
        captures
    }
}
