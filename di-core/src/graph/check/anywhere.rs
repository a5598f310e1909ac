//! The rules for what is for any container, or generic: whether it fits shows where it is used.

use std::slice;

use super::{
    lazy::lazily,
    provider::error,
    reach::reach,
    scope::shorter_lived,
    teardown::{outliving, teardown},
    usage::usage,
};
use crate::{
    graph::{Function, Node, Param, Scope, Use},
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

/// Whether a function's own rules could not be checked where it is: not all of what it takes was known there.
pub(super) const fn is_open(function: &Function) -> bool {
    function.anywhere || function.generic
}

/// What of a parameter is for any container, or generic, and does not fit here: that shows only here.
pub(super) const fn misfit(param: &'static Param) -> Option<Text> {
    if !is_open(&param.node.get().function) {
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
    if !is_open(&node.function) {
        return None;
    }
    if let Some(text) = ungranted(node) {
        return Some(text);
    }
    let mut i = 0;
    while i < node.params.len() {
        // What does not depend on the generics has been checked at the function.
        if node.function.anywhere || node.params[i].open {
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
        }
        // Of generic functions one type may have two names, and two types one: the planner tells them apart.
        if node.function.anywhere
            && matches!(node.params[i].usage, Use::Lazy)
            && let Some(text) = lazily(&node.function, node.params, i)
        {
            return Some(of_any(text, node));
        }
        i += 1;
    }
    let text = match (node.scope, outliving(node)) {
        (Scope::Singleton, _) => match error(node) {
            None => teardown(node),
            text => text,
        },
        (_, Some(fault)) => Some(fault.text),
        _ => teardown(node),
    };
    match text {
        Some(text) => Some(of_any(text, node)),
        None => None,
    }
}

const fn of_any(text: Text, node: &Node) -> Text {
    let kind = if node.function.anywhere { ") is for any container" } else { ") is generic" };
    text.str("\nnote: `").str(node.function.name).str("` (").at(&node.function.place).str(kind)
}
