//! The rules for teardowns.

use super::{
    fault::{At, Fault},
    same::same_place,
};
use crate::{
    graph::{Node, Param, Scope, Teardown, Use, Wrap},
    text::Text,
};

/// What is torn down after the response does not depend on what is torn down before it.
pub(super) const fn outliving(node: &'static Node) -> Option<Fault> {
    let Some(Teardown { name, after_response: true, .. }) = &node.teardown else { return None };
    let mut i = 0;
    while i < node.params.len() {
        let param = &node.params[i];
        let below = param.node.get();
        // A singleton outlives every request.
        let singleton = matches!(below.scope, Scope::Singleton);
        if let (false, Some(Teardown { name: earlier, after_response: false, .. })) = (singleton, &below.teardown) {
            let text =
                Text::new().str("`").str(node.ty).str("` outlives `").str(param.ty).str("`, which it depends on: ");
            let text = text.str("`").str(earlier).str("` tears `").str(param.ty).str("` down before the response, `");
            let text = text.str(name).str("` tears `").str(node.ty).str("` down after it\nnote: `").str(param.ty);
            let text = text.str("` is provided by `").str(below.function.name).str("`").str_if_at(below);
            let text =
                text.str("\nhelp: tear both down at the same time: `teardown_after_response` on both, or on none");
            return Some(Fault { at: At::Param(i), text });
        }
        i += 1;
    }
    None
}

/// The rules for what a teardown takes: singletons, and what its provider took and is still there.
pub(super) const fn teardown(node: &Node) -> Option<Text> {
    let Some(Teardown { name, takes, .. }) = &node.teardown else { return None };
    if node.context.is_some() {
        let text =
            Text::new().str("`").str(node.ty).str("` is a context, which is entered until the request ends, so `");
        return Some(text.str(name).str("` cannot tear it down\nhelp: implement `Drop` for it"));
    }
    let provider = node.function.name;
    let mut i = 0;
    while i < takes.len() {
        let taken = takes[i].get();
        i += 1;
        // Singletons outlive what is a request's, but not each other.
        let outlives = matches!(taken.scope, Scope::Singleton) && !matches!(node.scope, Scope::Singleton);
        if outlives || matches!(taken.scope, Scope::Missing) {
            continue;
        }
        let text = Text::new().str("teardown `").str(name).str("` takes `").str(taken.ty).str("`, which ");
        if matches!(node.scope, Scope::Singleton) && !matches!(taken.scope, Scope::Singleton) {
            return Some(
                text.str("only a request has, and `")
                    .str(node.ty)
                    .str("` is torn down when the application ends\nhelp: keep what `")
                    .str(name)
                    .str("` needs in `")
                    .str(node.ty)
                    .str("`"),
            );
        }
        let text = text.str("its provider `").str(provider);
        let Some(own) = own_param(node, taken) else {
            return Some(
                text.str("` does not take\nnote: what a provider takes is torn down after its value, so that its teardown can use it too\nhelp: take `&")
                    .str(taken.ty)
                    .str("` in `")
                    .str(provider)
                    .str("` as well"),
            );
        };
        let text = match (taken.scope, own.usage, own.wrap) {
            (Scope::Input | Scope::Transient, ..) | (_, Use::Fresh, _) => {
                text.str("` has taken by value: it is gone by then")
            }
            (_, Use::Lazy, _) => text.str("` has as `Lazy`: it may not be there"),
            (_, _, Wrap::Plain) => continue,
            (_, _, Wrap::Option | Wrap::Result) => text.str("` can do without: it may not be there"),
        };
        return Some(text.str("\nhelp: keep what `").str(name).str("` needs of it in `").str(node.ty).str("`"));
    }
    None
}

/// The parameter by which the provider of `node` takes `taken` too.
const fn own_param<'n>(node: &'n Node, taken: &Node) -> Option<&'n Param> {
    let mut i = 0;
    while i < node.params.len() {
        let own = &node.params[i];
        // Instances of a generic provider cannot be told apart here: the planner does, by their types.
        if same_place(own.node.get(), taken) {
            return Some(own);
        }
        i += 1;
    }
    None
}
