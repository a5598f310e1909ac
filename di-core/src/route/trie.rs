//! How is the trie stored, and how does a segment get into it?
//!
//! Nodes are numbered and stand in one array, the root first; 0 stands for "no child", since the root is nobody's child.
//! Literal children of *all* nodes share one open-addressing hash table, so that adding a segment takes the same few
//! steps however many siblings it has. Mixed children form a list per node, sorted by precedence.

use super::key::{self, Scan};
use super::mixed::{Relation, relation};
use super::segment::{Part, Segment};

/// No route, no group.
pub(super) const NONE: u32 = u32::MAX;

/// One node of the trie: what may follow the segments that lead to it.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// The literal that leads here; looked at when it is longer than its key.
    pub(super) label: &'static str,
    /// The parts of the mixed segment that leads here.
    pub(super) parts: &'static [Part],
    /// Whether the hash table holds children of this node.
    pub(super) literals: bool,
    pub(super) mixed: u32,
    pub(super) param: u32,
    pub(super) wildcard: u32,
    /// The mixed sibling to be tried after this one. Of a wildcard, which has no siblings: the fallback beside it, counted from 1.
    pub(super) next: u32,
    /// The first route that ends here, or [`NONE`]; the others are linked from it.
    pub(super) routes: u32,
    /// Who brought the node into the trie, for messages.
    pub(super) owner: Owner,
}

/// A slot of the hash table: the literal child of `parent` with this length and key.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    pub(super) key: u64,
    pub(super) len: u32,
    pub(super) parent: u32,
    /// 0 in an empty slot.
    pub(super) child: u32,
}

/// Whose segments are being added.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner {
    Route(u32),
    Group(u32),
}

impl Node {
    pub(super) const EMPTY: Self = Self {
        label: "",
        parts: &[],
        literals: false,
        mixed: 0,
        param: 0,
        wildcard: 0,
        next: 0,
        routes: NONE,
        owner: Owner::Group(NONE),
    };

    /// Of a wildcard: the fallback that is beside it, or [`NONE`].
    #[inline]
    pub(super) const fn fallback(&self) -> u32 {
        // 0 is no fallback.
        self.next.wrapping_sub(1)
    }

    /// Whether a literal child is not the only way on.
    #[inline]
    pub(super) fn branches(&self) -> bool {
        (self.mixed | self.param | self.wildcard) != 0
    }
}

impl Edge {
    pub(super) const EMPTY: Self = Self { key: 0, len: 0, parent: 0, child: 0 };
}

/// The literal child of `parent` by the segment of `path` that starts at `at`, or 0.
#[inline]
pub(super) fn literal_child(nodes: &[Node], edges: &[Edge], parent: u32, path: &str, at: usize, scan: Scan) -> u32 {
    let Scan { end, key } = scan;
    let mask = edges.len() - 1;
    let mut slot = key::slot(parent, key, mask);
    loop {
        let edge = &edges[slot & mask];
        // Half of the slots are empty, so the search ends.
        if edge.child == 0 {
            return 0;
        }
        if edge.key == key
            && edge.parent == parent
            && edge.len as usize == end - at
            && (end - at <= 8 || path.get(at..end) == Some(nodes[edge.child as usize].label))
        {
            return edge.child;
        }
        slot += 1;
    }
}

/// The arrays of a trie while it is being built.
pub(super) struct Trie<'a> {
    pub(super) nodes: &'a mut [Node],
    pub(super) edges: &'a mut [Edge],
    /// One less than there are slots, which is a power of two.
    mask: usize,
    /// How many nodes there are so far.
    len: usize,
}

impl<'a> Trie<'a> {
    /// A trie of the root alone.
    pub(super) const fn new(nodes: &'a mut [Node], edges: &'a mut [Edge]) -> Self {
        let mask = edges.len() - 1;
        Self { nodes, edges, mask, len: 1 }
    }

    /// The child of `parent` by `segment`, new or not.
    ///
    /// # Errors
    ///
    /// A mixed segment may overlap one that is there: the latter's node is the error.
    pub(super) const fn child(&mut self, parent: u32, segment: &Segment, owner: Owner) -> Result<u32, u32> {
        match *segment {
            Segment::Literal(text, key, len) => Ok(self.literal(parent, text, key, len, owner)),
            Segment::Mixed(parts) => self.mixed(parent, parts, owner),
            Segment::Param(_) => {
                if self.nodes[parent as usize].param == 0 {
                    self.nodes[parent as usize].param = self.add("", &[], owner);
                }
                Ok(self.nodes[parent as usize].param)
            }
            Segment::Wildcard(_) => {
                if self.nodes[parent as usize].wildcard == 0 {
                    self.nodes[parent as usize].wildcard = self.add("", &[], owner);
                }
                Ok(self.nodes[parent as usize].wildcard)
            }
        }
    }

    /// The child of `parent` by a literal; most segments are one.
    pub(super) const fn literal(&mut self, parent: u32, label: &'static str, key: u64, len: u32, owner: Owner) -> u32 {
        let mask = self.mask;
        let mut slot = key::slot(parent, key, mask);
        while self.edges[slot].child != 0 {
            let edge = &self.edges[slot];
            if edge.key == key
                && edge.parent == parent
                && edge.len == len
                && (len <= 8 || key::same(self.nodes[edge.child as usize].label, label))
            {
                return edge.child;
            }
            slot = (slot + 1) & mask;
        }
        let child = self.add(label, &[], owner);
        self.edges[slot] = Edge { key, len, parent, child };
        self.nodes[parent as usize].literals = true;
        child
    }

    const fn mixed(&mut self, parent: u32, parts: &'static [Part], owner: Owner) -> Result<u32, u32> {
        let (mut before, mut at) = (0, self.nodes[parent as usize].mixed);
        while at != 0 {
            match relation(parts, self.nodes[at as usize].parts) {
                Relation::Same => return Ok(at),
                Relation::Overlap => return Err(at),
                // The list is sorted, but an overlap may still be further on.
                Relation::After => before = at,
                Relation::Before => {}
            }
            at = self.nodes[at as usize].next;
        }
        let child = self.add("", parts, owner);
        let link =
            if before == 0 { &mut self.nodes[parent as usize].mixed } else { &mut self.nodes[before as usize].next };
        let next = *link;
        *link = child;
        self.nodes[child as usize].next = next;
        Ok(child)
    }

    const fn add(&mut self, label: &'static str, parts: &'static [Part], owner: Owner) -> u32 {
        let at = self.len;
        let node = &mut self.nodes[at];
        node.label = label;
        node.parts = parts;
        node.owner = owner;
        self.len += 1;
        at as u32
    }
}
