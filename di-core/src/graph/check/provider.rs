//! The rules for providers, collections, and the fields of a container.

use super::{
    anywhere::{misfit, misfit_of},
    cycle::whole,
    fault::{At, Fault, located},
    params::params,
    same::same,
    scope::shorter_lived,
    teardown::{outliving, teardown},
    usage::usage,
    words::{contains, starts_with},
};
use crate::{
    graph::{Failing, Function, MISSING, Node, NodeRef, Param, Responding, Scope},
    scope::Field,
    text::Text,
};

/// What stands in for a provider whose attribute was refused: the rules say nothing about it.
#[must_use]
pub const fn refused() -> NodeRef {
    NodeRef::new(&MISSING)
}

/// The rules for a provider.
#[must_use]
pub const fn provider(node: &'static Node) -> Option<Fault> {
    let fault = match node.scope {
        Scope::Singleton => singleton(&node.function, node.params),
        _ => match params(&node.function, node.params) {
            None => outliving(node),
            fault => fault,
        },
    };
    if fault.is_some() {
        return fault;
    }
    if node.context.is_some() && matches!(node.scope, Scope::Transient) {
        let text =
            Text::new().str("`").str(node.ty).str("` is a context, which is entered once in each request, and `");
        let text = text.str(node.function.name).str("` builds one for each function that takes it");
        return Some(Fault { at: At::Whole, text: text.str("\nhelp: make it request-scoped: remove `transient`") });
    }
    if let Some(text) = whole(node) {
        return Some(Fault { at: At::Whole, text });
    }
    match located(error(node), At::Error) {
        None => located(teardown(node), At::Teardown),
        fault => fault,
    }
}

/// The rules for a collection, whose parameters are its members: each is listed once, by whatever path.
#[must_use]
pub const fn collection(node: &'static Node) -> Option<Fault> {
    let mut i = 0;
    while i < node.params.len() {
        let mut k = 0;
        while k < i {
            let member = node.params[i].node.get();
            if same(node.params[k].node.get(), member) && !matches!(member.scope, Scope::Missing) {
                let text = Text::new().str("`").str(member.function.name).str("` is listed twice, before as `");
                let text = text.str(node.params[k].name).str("`\nhelp: remove one of the two");
                return Some(Fault { at: At::Param(i), text });
            }
            k += 1;
        }
        i += 1;
    }
    provider(node)
}

/// The rules for the parameters of a singleton's provider.
#[must_use]
pub const fn singleton(function: &Function, params: &'static [Param]) -> Option<Fault> {
    let mut i = 0;
    while i < params.len() {
        let text = match shorter_lived(function, &params[i]) {
            None => usage(function, &params[i]),
            text => text,
        };
        let text = match text {
            None => misfit(&params[i]),
            text => text,
        };
        if text.is_some() {
            return located(text, At::Param(i));
        }
        i += 1;
    }
    None
}

/// The rules for the error type of a provider.
pub(super) const fn error(node: &Node) -> Option<Text> {
    let Some(error) = &node.error else { return None };
    let singleton = matches!(node.scope, Scope::Singleton);
    if singleton && error.boxed.is_none() {
        return Some(
            Text::new()
                .str("`")
                .str(error.name)
                .str("`, the error of singleton provider `")
                .str(node.function.name)
                .str("`, is no `std::error::Error`\nhelp: implement `std::error::Error` for it; it must be `Send` and `Sync`"),
        );
    }
    if singleton {
        return None;
    }
    judged(error.name, "provider", node.function.name, error.respond.is_some(), error.success)
}

/// The rules for the error type `ty` of `name`, a `what`, by what was found of it.
#[must_use]
pub const fn answers(ty: &str, what: &str, name: &str, respond: Option<Responding>, report: Failing) -> Option<Text> {
    match (respond, report) {
        (Some(Responding { success, .. }), _) => judged(ty, what, name, true, success),
        (None, report) => judged(ty, what, name, report.is_some(), false),
    }
}

/// An error is sent as a response, and as no success.
const fn judged(ty: &str, what: &str, name: &str, answers: bool, success: bool) -> Option<Text> {
    if answers && !success {
        return None;
    }
    let text = Text::new().str("`").str(ty).str("`, the error of ").str(what).str(" `").str(name).str("`, ");
    Some(if success {
        let text = text.str("would be sent as a success: it has no status of its own\nhelp: give it one, `");
        let text = match ty.as_bytes() {
            b"()" => text.str("StatusCode"),
            _ => text.str("(StatusCode, ").str(ty).str(")"),
        };
        text.str("`, or return a `Problem`")
    } else if starts_with(ty.as_bytes(), b"Box<dyn ") {
        text.str("can neither be sent as a response nor be logged\n")
            .str("help: write `Box<dyn std::error::Error + Send + Sync>`, which is an opaque 500")
    } else if starts_with(ty.as_bytes(), b"(") {
        text.str("can neither be sent as a response nor be logged\n").str(
            "help: a tuple begins with a status or headers and ends in its body, as in `(StatusCode, &'static str)`",
        )
    } else {
        text.str("can neither be sent as a response nor be logged\n")
            .str("help: implement `IntoResponse` for it, or `std::error::Error`, which makes it an opaque 500")
    })
}

/// The rule for a singleton: `container`, which has these `fields`, has one for it.
///
/// A field that has no provider is told of where it stands, and is the mistake: as a rule it is meant for this one, and of another
/// type. So is a container that is none, where it is built.
#[must_use]
pub const fn held(node: &Node, container: &str, fields: Option<&[Field]>) -> Option<Text> {
    let Some(fields) = fields else { return None };
    if node.field.is_some() || lacks_a_provider(fields) {
        return None;
    }
    let (ty, name) = (node.ty, node.name);
    let text = Text::new().str("`").str(ty).str("`");
    let text = if name.is_empty() { text } else { text.str(" named `").str(name).str("`") };
    let text =
        text.str(" is a singleton, but `").str(container).str("` has no field for it\nhelp: add a field of type `");
    let text = text.str(ty).str("` to `").str(container).str("`");
    Some(if name.is_empty() { text } else { text.str(", marked `#[container(name = ").str(name).str(")]`") })
}

/// Whether a field has no provider.
const fn lacks_a_provider(fields: &[Field]) -> bool {
    let mut i = 0;
    while i < fields.len() {
        if let Field::One(param) = &fields[i]
            && matches!(param.node.get().scope, Scope::Missing)
        {
            return true;
        }
        i += 1;
    }
    false
}

/// The rules for the provider of a container's field.
#[must_use]
pub const fn field(node: NodeRef, field: &str, ty: &str, is_part: bool) -> Option<Text> {
    let node = node.get();
    match node.scope {
        Scope::Missing => return None,
        _ if is_part => {
            let text =
                Text::new().str("`").str(ty).str("` is a part, whose own fields are built one by one\nhelp: mark `");
            return Some(text.str(field).str("` as one, `#[container(part)]`, and remove the provider of the whole"));
        }
        Scope::Singleton => return misfit_of(node),
        _ => {}
    }
    let what = match node.scope {
        Scope::Request => "request-scoped",
        Scope::Transient => "transient",
        _ => "read from a request",
    };
    let text = Text::new()
        .str("field `")
        .str(field)
        .str("` of the container needs a singleton, but `")
        .str(ty)
        .str("` is ")
        .str(what);
    if node.function.name.is_empty() {
        return Some(text.str("\nhelp: remove the field; functions take it as a parameter"));
    }
    let text = text.str_if_at(node).str("\nhelp: write `#[provider(singleton)]` on `");
    Some(text.str(node.function.name).str("`, or remove the field"))
}

/// That threads may share a field of a container, of type `ty`: that it is `Send`, and `Sync`.
#[must_use]
pub const fn shared(field: &str, ty: &str, sends: bool, shares: bool) -> Option<Text> {
    if sends && shares {
        return None;
    }
    let text = Text::new().str("field `").str(field).str("` is `").str(ty).str("`, which is not `");
    let text = text.str(if sends { "Sync" } else { "Send" });
    let text = text.str("`, and all requests share it, on several threads at the same time\nhelp: ");
    Some(text.str(if contains(ty.as_bytes(), b"dyn ") {
        "write `dyn Trait + Send + Sync` in it, or `trait Trait: Send + Sync`"
    } else {
        "replace `Cell` and `RefCell` in it by an atomic or a lock, `Rc` by `Arc`"
    }))
}

/// The rules for the fields of a part of a container.
#[must_use]
pub const fn part(part: &'static Field) -> Option<Text> {
    let Field::Part(fields) = part else { return None };
    let mut i = 0;
    while i < fields.len() {
        if let Field::One(param) = &fields[i] {
            let text = field(param.node, param.name, param.ty, false);
            if text.is_some() {
                return text;
            }
        }
        i += 1;
    }
    None
}
