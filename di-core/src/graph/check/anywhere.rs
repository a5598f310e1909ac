//! The rules for what is for any container: whether it fits one shows where it is used.

use std::slice;

use super::{provider::error, reach::reach, scope::shorter_lived, teardown::teardown, usage::usage};
use crate::{
    graph::{Node, Param, Scope},
    text::Text,
};

/// That nothing says which security scopes a token has, where one is required.
const fn ungranted(node: &'static Node) -> Option<Text> {
    let Some(scope) = node.security_scope() else { return None };
    if !matches!(node.params[0].node.get().scope, Scope::Missing) {
        return None;
    }
    let text = Text::new()
        .str("the scope `")
        .str(scope)
        .str("` is required, and nothing provides `GrantedScopes`: those that");
    Some(text.str(" the caller's token has\nhelp: write a provider, `#[provider] fn granted(..) -> GrantedScopes`"))
}

/// What of a parameter is for any container and does not fit this one: that shows only here.
pub(super) const fn misfit(param: &'static Param) -> Option<Text> {
    if !param.node.get().function.anywhere {
        return None;
    }
    reach!(slice::from_ref(param), reached => {
        let (mut at, mut found) = (0, None);
        while at < reached.len && found.is_none() {
            found = misfit_of(reached.node(at));
            at += 1;
        }
        found
    }, None)
}

pub(super) const fn misfit_of(node: &'static Node) -> Option<Text> {
    if !node.function.anywhere {
        return None;
    }
    if let Some(text) = ungranted(node) {
        return Some(text);
    }
    let mut i = 0;
    while i < node.params.len() {
        let text = match node.scope {
            Scope::Singleton => shorter_lived(&node.function, &node.params[i]),
            _ => None,
        };
        let text = match text {
            None => usage(&node.function, &node.params[i]),
            text => text,
        };
        if let Some(text) = text {
            return Some(of_any(text, node));
        }
        i += 1;
    }
    let text = match node.scope {
        Scope::Singleton => match error(node) {
            None => teardown(node),
            text => text,
        },
        _ => teardown(node),
    };
    match text {
        Some(text) => Some(of_any(text, node)),
        None => None,
    }
}

const fn of_any(text: Text, node: &Node) -> Text {
    text.str("\nnote: `").str(node.function.name).str("` (").at(&node.function.place).str(") is for any container")
}
