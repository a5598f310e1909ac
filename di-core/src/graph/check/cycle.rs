//! Does a provider depend on itself?

use super::{
    reach::with_room,
    same::{before, same},
};
use crate::{
    graph::{Node, Param},
    text::Text,
};

/// The rules for a provider as a whole: that it does not depend on itself.
pub(super) const fn whole(node: &'static Node) -> Option<Text> {
    with_room!(
        Ways::back_to(node),
        ways @ (Ways::None | Ways::Back(..)) => ways.text(node),
        Some(Text::new().str("`").str(node.ty).str("` depends on more than 16,384 other types"))
    )
}

/// The ways from a node, looked through for one that leads back: the shortest is found first.
enum Ways<const N: usize> {
    None,
    Full,
    /// The parameters along the way.
    Back([Option<(&'static Node, &'static Param)>; N], usize),
}

impl<const N: usize> Ways<N> {
    /// Only through nodes that stand behind `root` in the source: the first member of a cycle reports it, the others do not.
    const fn back_to(root: &'static Node) -> Self {
        // Entry 0 is the root; its other parts mean nothing.
        let mut met: [Option<(&'static Node, usize, Option<&'static Param>)>; N] = [None; N];
        met[0] = Some((root, 0, None));
        let (mut at, mut len) = (0, 1);
        while at < len {
            let Some((from, ..)) = met[at] else { return Self::None };
            let mut i = 0;
            while i < from.params.len() {
                let param = &from.params[i];
                let node = param.node.get();
                i += 1;
                if same(node, root) {
                    return Self::trace(&met, at, from, param);
                }
                let elsewhere = node.function.generic || node.function.anywhere;
                if node.params.is_empty() || !elsewhere && before(node, root) {
                    continue;
                }
                let (mut k, mut known) = (0, false);
                while k < len {
                    if let Some((other, ..)) = met[k]
                        && same(other, node)
                    {
                        known = true;
                    }
                    k += 1;
                }
                if known {
                    continue;
                }
                if len == N {
                    return Self::Full;
                }
                met[len] = Some((node, at, Some(param)));
                len += 1;
            }
            at += 1;
        }
        Self::None
    }

    /// The way to entry `at`, and from there by `last`, in order.
    const fn trace(
        met: &[Option<(&'static Node, usize, Option<&'static Param>)>; N],
        mut at: usize,
        from: &'static Node,
        last: &'static Param,
    ) -> Self {
        let mut way = [None; N];
        way[0] = Some((from, last));
        let mut len = 1;
        while let Some((_, parent, Some(param))) = met[at] {
            let Some((node, ..)) = met[parent] else { break };
            way[len] = Some((node, param));
            len += 1;
            at = parent;
        }
        Self::Back(way, len)
    }

    const fn text(&self, root: &Node) -> Option<Text> {
        let Self::Back(way, len) = self else { return None };
        let mut text = Text::new().str("dependency cycle: ").kind(root.ty, root.name);
        let mut i = *len;
        while i > 0 {
            i -= 1;
            if let Some((_, param)) = way[i] {
                text = text.str(" -> ").asked(param);
            }
        }
        let mut i = *len;
        while i > 0 {
            i -= 1;
            if let Some((from, param)) = way[i] {
                text = text.str("\nnote: `").str(from.function.name).str("` (").at(&from.function.place);
                text = text.str(") takes ").asked(param);
            }
        }
        Some(text.str("\nhelp: remove one of these dependencies, or split a provider in two"))
    }
}
