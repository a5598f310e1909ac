//! When are two nodes one, and which of two comes first?

use crate::{graph::Node, route::key::same as equal};

/// Whether two nodes are certainly one: the instances of a generic provider cannot be told apart here.
pub(super) const fn same(a: &Node, b: &Node) -> bool {
    !a.function.generic && !b.function.generic && same_place(a, b)
}

pub(super) const fn same_place(a: &Node, b: &Node) -> bool {
    a.function.id == b.function.id
}

/// Whether `a` stands before `b` in the source.
pub(super) const fn before(a: &Node, b: &Node) -> bool {
    let (p, q) = (&a.function.place, &b.function.place);
    if !equal(p.file(), q.file()) {
        return smaller(p.file(), q.file());
    }
    let ((line, column), (other_line, other_column)) = ((p.line(), p.column()), (q.line(), q.column()));
    if line != other_line || column != other_column {
        return line < other_line || line == other_line && column < other_column;
    }
    // One call of a macro wrote both.
    smaller(a.ty, b.ty)
}

const fn smaller(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return a[i] < b[i];
        }
        i += 1;
    }
    a.len() < b.len()
}

/// A request-scoped value, told apart as far as const evaluation can.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub(super) node: &'static Node,
    pub(super) ty: &'static str,
}

impl Shared {
    pub(super) const fn is(self, other: Self) -> bool {
        same_place(self.node, other.node) && (!self.node.function.generic || equal(self.ty, other.ty))
    }
}

pub(super) const fn both_shared_or_alike(a: Option<Shared>, b: Option<Shared>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.is(b),
        (None, None) => true,
        _ => false,
    }
}
