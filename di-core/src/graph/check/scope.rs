//! Does what is built once depend on what is built for each request?

use super::{reach::with_room, same::same};
use crate::{
    graph::{Function, Node, Param, Scope},
    text::Text,
};

pub(super) const fn shorter_lived(function: &Function, param: &Param) -> Option<Text> {
    let Some(chain) = outlived(param) else { return None };
    Some(
        Text::new()
            .str("singleton provider `")
            .str(function.name)
            .str("` depends on ")
            .str(chain.as_str())
            .str("\nnote: singletons are built once, before there is any request\nhelp: make `")
            .str(function.name)
            .str("` request-scoped, or take `")
            .str(param.ty)
            .str("` where it is used"),
    )
}

/// Says what of `param` lives no longer than a request, through transients too.
const fn outlived(param: &Param) -> Option<Text> {
    with_room!(
        Walk::from(param),
        walk @ Walk::Ended { .. } => walk.text(),
        Some(Text::new().asked(param).str(", which depends on more than 16,384 other types"))
    )
}

/// A walk by levels from a parameter through transients, to the first that lives no longer than a request: the way to it is a
/// shortest one.
enum Walk<'a, const N: usize> {
    /// There was not enough room.
    Full,
    Ended {
        /// The parameters met, each with the number of the one that led to it.
        met: [Option<(&'a Param, usize)>; N],
        found: Option<usize>,
    },
}

impl<'a, const N: usize> Walk<'a, N> {
    const fn from(param: &'a Param) -> Self {
        let mut met: [Option<(&'a Param, usize)>; N] = [None; N];
        met[0] = Some((param, 0));
        let (mut at, mut len) = (0, 1);
        while at < len
            && let Some((param, _)) = met[at]
        {
            let node = param.node.get();
            match node.scope {
                Scope::Singleton | Scope::Missing => {}
                Scope::Request | Scope::Input | Scope::Part => return Self::Ended { met, found: Some(at) },
                Scope::Transient => {
                    let mut i = 0;
                    while i < node.params.len() {
                        let below = &node.params[i];
                        i += 1;
                        if is_met(&met, len, below.node.get()) {
                            continue;
                        }
                        if len == N {
                            return Self::Full;
                        }
                        met[len] = Some((below, at));
                        len += 1;
                    }
                }
            }
            at += 1;
        }
        Self::Ended { met, found: None }
    }

    const fn text(&self) -> Option<Text> {
        let Self::Ended { met, found: Some(found) } = self else { return None };
        let (mut at, mut text) = (*found, Text::new());
        while let Some((param, by)) = met[at] {
            let node = param.node.get();
            text = match node.scope {
                _ if at != *found => Text::new().asked(param).str(", which depends on ").str(text.as_str()),
                Scope::Request => Text::new().asked(param).str(", which is request-scoped").str_if_at(node),
                _ => Text::new().asked(param).str(", which only a request has"),
            };
            if at == 0 {
                break;
            }
            at = by;
        }
        Some(text)
    }
}

/// Whether a transient is among the first `len`.
const fn is_met<const N: usize>(met: &[Option<(&Param, usize)>; N], len: usize, node: &'static Node) -> bool {
    if !matches!(node.scope, Scope::Transient) {
        return false;
    }
    let mut i = 0;
    while i < len {
        if let Some((other, _)) = met[i]
            && same(other.node.get(), node)
        {
            return true;
        }
        i += 1;
    }
    false
}
