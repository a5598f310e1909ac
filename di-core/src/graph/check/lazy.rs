//! What must not be used while a `Lazy` is built.

use std::slice;

use super::{reach::reach, same::Shared, usage::reference};
use crate::{
    graph::{Function, Node, Param, Scope, Use},
    text::Text,
};

/// While a `Lazy` is built its function runs: what uses something exclusively must not be on both sides.
pub(super) const fn lazily(function: &Function, params: &'static [Param], index: usize) -> Option<Text> {
    reach!(slice::from_ref(&params[index]), reached => {
        let (mut at, mut found) = (0, None);
        while at < reached.len && found.is_none() {
            found = at_once(function, params, index, reached.node(at));
            at += 1;
        }
        found
    }, None)
}

/// What `below`, which is built for the lazy parameter `index`, and another parameter both use, one of the two exclusively.
const fn at_once(function: &Function, params: &'static [Param], index: usize, below: &'static Node) -> Option<Text> {
    let mut i = 0;
    while i < params.len() {
        let (beside, mut k) = (&params[i], 0);
        let exclusive = matches!(beside.usage, Use::Exclusive | Use::Held);
        // Of what is transient each function has its own, as of what is fresh.
        let borrowed = !matches!(beside.node.get().scope, Scope::Transient)
            && (exclusive || matches!(beside.usage, Use::Shared | Use::Lazy));
        let kind = Shared { node: beside.node.get(), ty: beside.ty };
        while i != index && borrowed && k < below.params.len() {
            let used = &below.params[k];
            let one_exclusive = exclusive || matches!(used.usage, Use::Exclusive | Use::Held);
            if one_exclusive
                && !matches!(used.usage, Use::Fresh)
                && kind.is(Shared { node: used.node.get(), ty: used.ty })
            {
                let lazy = params[index].ty;
                let text = Text::new().str("`").str(function.name).str("` has `").str(beside.ty);
                let text = text.str("` while `Lazy<").str(lazy).str(">` is built, which uses it too");
                let text = text.str("\nnote: `").str(below.function.name).str("`").str_if_at(below).str(" takes `");
                let text = text.str(reference(used)).str(used.ty).str("`\nhelp: take `&").str(lazy);
                return Some(text.str("`, which is built before `").str(function.name).str("` runs"));
            }
            k += 1;
        }
        i += 1;
    }
    None
}
