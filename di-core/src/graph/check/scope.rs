//! Does what is built once depend on what is built for each request?

use crate::{
    graph::{Function, Param, Scope},
    text::Text,
};

pub(super) const fn shorter_lived(function: &Function, param: &Param) -> Option<Text> {
    let Some(chain) = outlived(param, 0) else { return None };
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
const fn outlived(param: &Param, depth: usize) -> Option<Text> {
    // Deeper than this it is a cycle of transients, which has an error of its own.
    const DEEPEST: usize = 16;
    let node = param.node.get();
    match node.scope {
        _ if depth == DEEPEST => None,
        Scope::Singleton | Scope::Missing => None,
        Scope::Request => Some(Text::new().asked(param).str(", which is request-scoped").str_if_at(node)),
        Scope::Input | Scope::Part => Some(Text::new().asked(param).str(", which only a request has")),
        Scope::Transient => {
            let mut i = 0;
            while i < node.params.len() {
                if let Some(below) = outlived(&node.params[i], depth + 1) {
                    return Some(Text::new().asked(param).str(", which depends on ").str(below.as_str()));
                }
                i += 1;
            }
            None
        }
    }
}
