//! May a function use what it asks for as it does?

use super::words::{element, inner, requirement, starts_with, with_serde_of_pointers};
use crate::{
    graph::{Function, Node, Param, PathShape, Scope, Use, Wrap},
    text::Text,
};

/// Whether a function may use a parameter as it does.
pub(super) const fn usage(function: &Function, param: &Param) -> Option<Text> {
    let node = param.node.get();
    if let Some(fault) = ill_made(param, node) {
        return Some(Text::new().str("`").str(param.ty).str("` ").str(fault));
    }
    match (node.scope, param.usage) {
        (Scope::Missing, _) => None,
        (Scope::Input, Use::Value | Use::Run) => unread(function, param, node),
        (Scope::Request, Use::Exclusive | Use::Held | Use::Fresh) if node.context.is_some() => Some(
            Text::new()
                .str("`")
                .str(param.ty)
                .str("` is a context: it is entered while `")
                .str(function.name)
                .str("` runs, so that nobody can have it exclusively\nhelp: take `&")
                .str(param.ty)
                .str("`"),
        ),
        (Scope::Request, Use::Held | Use::Fresh) if is_brought(node) && node.decorates.is_none() => Some(
            Text::new()
                .str("`")
                .str(param.ty)
                .str("` is brought by the framework, which uses it too\nhelp: take `&")
                .str(param.ty)
                .str("`, or a clone"),
        ),
        (Scope::Singleton | Scope::Part, Use::Run) => Some(
            Text::new()
                .str("`")
                .str(param.ty)
                .str("` guards nothing: it is there before the request is looked at, and never refuses one\nhelp: list a type whose provider looks at the request, and fails if it is not to go on"),
        ),
        (_, Use::Held) => unheld(param, node),
        (_, Use::Fresh) => stale(param, node),
        (_, Use::Lazy) => eager(function, param, node),
        (Scope::Input, _) => Some(by_value(function, param, "is read from the request by each function that takes it")),
        (_, Use::Value) => copied(function, param, node),
        (Scope::Singleton, Use::Exclusive) => Some(
            Text::new()
                .str("`")
                .str(function.name)
                .str("` takes `")
                .str(param.ty)
                .str("` as `&mut`, but it is a singleton: all requests share it\nhelp: take `&")
                .str(param.ty)
                .str("`; what changes inside it needs a lock or an atomic"),
        ),
        (Scope::Part, Use::Exclusive) => Some(
            Text::new()
                .str("`")
                .str(function.name)
                .str("` takes `")
                .str(param.ty)
                .str("` as `&mut`, but it is a part of the request, which does not change\nhelp: take `&")
                .str(param.ty)
                .str("`"),
        ),
        _ => match unlent(function, param, node) {
            None => result_of_infallible(param, node),
            text => text,
        },
    }
}

/// What is wrong with a constant that what is asked for is made of.
const fn ill_made(param: &Param, node: &Node) -> Option<&'static str> {
    match (node.fault, &param.input) {
        (None, Some(input)) => input.fault,
        (fault, _) => fault,
    }
}

/// What several functions cannot have a reference to at the same time: a value, or the error of its provider. Of a singleton that is
/// said at its field.
const fn unlent(function: &Function, param: &Param, node: &Node) -> Option<Text> {
    let text = Text::new().str("`").str(function.name).str("` takes `");
    let text = match &node.error {
        _ if !param.lends && !matches!(node.scope, Scope::Singleton) => {
            let text = match param.usage {
                Use::Lazy => text.str("Lazy<").str(param.ty).str(">"),
                _ => text.str("&").str(param.ty),
            };
            text.str("`, but `").str(param.ty)
        }
        Some(error) if !param.lends_error => text.str("&").str(error.name).str("`, but `").str(error.name),
        _ => return None,
    };
    let text = text.str("` is not `Sync`: functions that share it may run on several threads at the same time\nhelp: ");
    let text = match (param.usage, param.lends) {
        (Use::Shared, false) => text.str("take `&mut ").str(param.ty).str("`, for one function at a time, or "),
        _ => text,
    };
    Some(text.str("replace `Cell` and `RefCell` in it by an atomic or a lock, `Rc` by `Arc`"))
}

/// Whether the framework itself provides it, at no place of the user's.
const fn is_brought(node: &Node) -> bool {
    node.function.anywhere && node.function.place.is_nowhere()
}

/// What cannot be had fresh: what is not a request's own, and what would have to be torn down.
const fn stale(param: &Param, node: &Node) -> Option<Text> {
    let text = Text::new().str("`Fresh<").str(param.ty).str(">` cannot be had: `").str(param.ty).str("` is ");
    let (what, help) = match node.scope {
        Scope::Singleton => ("a singleton, of which there is one", "take `&` of it, or a clone"),
        Scope::Input => ("read anew by each function that takes it", "take it by value"),
        Scope::Part => ("a part of the request, of which there is one", "take `&` of it, or a clone"),
        Scope::Missing | Scope::Transient => return result_of_infallible(param, node),
        Scope::Request if node.decorates.is_some() => {
            ("what is set on the response, of which there is one", "take it as a reference: `&mut` to set something")
        }
        Scope::Request => {
            let Some(teardown) = &node.teardown else { return result_of_infallible(param, node) };
            return Some(
                text.str("torn down by `")
                    .str(teardown.name)
                    .str("`, and a value that is handed over cannot be\nhelp: take `&mut ")
                    .str(param.ty)
                    .str("`, or provide a second type"),
            );
        }
    };
    Some(text.str(what).str("\nhelp: ").str(help))
}

/// What cannot be built lazily: what is there anyway, and what is not shared.
const fn eager(function: &Function, param: &Param, node: &Node) -> Option<Text> {
    let (what, help) = match node.scope {
        Scope::Singleton => ("a singleton, which is always there", "take `&` of it"),
        Scope::Part => ("a part of the request, which is always there", "take `&` of it"),
        Scope::Input => ("read from the request by each function that takes it", "take it by value"),
        Scope::Transient => {
            ("built for each function that takes it", "make its provider request-scoped, or take it by value")
        }
        Scope::Missing => return None,
        Scope::Request => return unlent(function, param, node),
    };
    let text = Text::new().str("`").str(param.ty).str("` cannot be `Lazy`: it is ").str(what);
    Some(text.str("\nhelp: ").str(help))
}

/// What cannot be held: what is not a request's own, and what is torn down before the response.
const fn unheld(param: &Param, node: &Node) -> Option<Text> {
    let text = Text::new().str("`").str(param.ty).str("` cannot be held: it is ");
    let (what, help) = match node.scope {
        Scope::Singleton => {
            let text = text.str("a singleton, which is always there\nhelp: take `&").str(param.ty);
            let text = text.str("`; into a stream or a task take a clone of it, by value: a field `Arc<").str(param.ty);
            return Some(text.str(">` can be cloned"));
        }
        Scope::Transient | Scope::Input => ("this function's own already", "take it by value"),
        Scope::Part => ("a part of the request, which does not change", "take a clone of it, by value"),
        Scope::Missing => return None,
        Scope::Request if node.decorates.is_some() => {
            ("set on the response when the handler has returned", "take it as a reference: `&mut` to set something")
        }
        Scope::Request => {
            let Some(teardown) = &node.teardown else { return None };
            if teardown.after_response {
                return None;
            }
            return Some(
                text.str("torn down by `")
                    .str(teardown.name)
                    .str("` before the response goes out\nhelp: write `teardown_after_response = ")
                    .str(teardown.name)
                    .str("` on `")
                    .str(node.function.name)
                    .str("`, or take `&mut ")
                    .str(param.ty)
                    .str("`"),
            );
        }
    };
    Some(text.str(what).str("\nhelp: ").str(help))
}

const fn by_value(function: &Function, param: &Param, why: &str) -> Text {
    Text::new()
        .str("`")
        .str(function.name)
        .str("` borrows `")
        .str(param.ty)
        .str("`, which ")
        .str(why)
        .str("\nhelp: take it by value, `")
        .str(param.ty)
        .str("`")
}

/// An extractor whose type does not meet its bounds, or that has no name to be read by.
const fn unread(function: &Function, param: &Param, node: &Node) -> Option<Text> {
    let Some(input) = &param.input else {
        let text = Text::new().str("`").str(param.ty).str("` cannot be read from a request: ");
        let whole = inner(param.ty);
        let element = element(whole);
        if starts_with(param.ty.as_bytes(), b"Path<") && element.len() < whole.len() {
            return Some(
                text.str("each parameter of a path has one value, which is there\nhelp: take `Path<")
                    .str(if matches!(element.as_bytes(), b"str") { "String" } else { element })
                    .str(">`, or of several a tuple or a struct"),
            );
        }
        let text = match element.as_bytes() {
            // It cannot be given what it lacks: a text that is owned can be read.
            b"str" => text.str("a text is read as a `String`\nhelp: take `String` in place of `").str(whole).str("`"),
            _ => requirement(text, node.requires, element),
        };
        return Some(with_serde_of_pointers(text, whole));
    };
    if matches!(input.path, PathShape::Scalar) && param.name.is_empty() {
        return Some(
            Text::new()
                .str("this `")
                .str(param.ty)
                .str("` of `")
                .str(function.name)
                .str("` has no name, and a path's parameter is found by its name\nhelp: name it as in the path: `Path(id)` or `id` for `{id}`"),
        );
    }
    None
}

/// A value taken although others use it too.
const fn copied(function: &Function, param: &Param, node: &Node) -> Option<Text> {
    let shared = match node.scope {
        Scope::Singleton => "shared by all requests",
        Scope::Request => "shared within the request",
        Scope::Part => "a part of the request",
        _ => return None,
    };
    let why = match (&node.teardown, &param.clone) {
        (Some(teardown), _) => {
            Text::new().str(" and torn down after it by `").str(teardown.name).str("`, so it cannot be taken by value")
        }
        (None, None) => Text::new().str(" and not `Clone`, so it cannot be taken by value"),
        (None, Some(_)) => return None,
    };
    let text = Text::new().str("`").str(param.ty).str("` is ").str(shared).str(why.as_str()).str("\nhelp: ");
    if node.decorates.is_some() {
        return Some(
            text.str("take `&mut ").str(param.ty).str("` to set something, and `&").str(param.ty).str("` to read"),
        );
    }
    let text = if is_struct(function) {
        text.str("take `&").str(param.ty).str("` in the function that takes `").str(function.name)
    } else {
        let text = text.str("borrow it in `").str(function.name).str("`: `");
        match param.wrap {
            Wrap::Plain if node.teardown.is_some() => {
                text.str("&mut ").str(param.ty).str("`, or shared, `&").str(param.ty)
            }
            Wrap::Plain => text.str("&").str(param.ty),
            Wrap::Option => text.str("Option<&").str(param.ty).str(">"),
            Wrap::Result => text.str("Result<&").str(param.ty).str(", &E>"),
        }
    };
    Some(text.str(match &node.teardown {
        Some(_) => "`",
        None => "`, or derive `Clone` for it",
    }))
}

/// Whether it is a struct whose fields are injected, which cannot borrow.
const fn is_struct(function: &Function) -> bool {
    match function.name.as_bytes() {
        [first, ..] => first.is_ascii_uppercase(),
        [] => false,
    }
}

/// A `Result` of something that cannot fail.
pub(super) const fn result_of_infallible(param: &Param, node: &Node) -> Option<Text> {
    let infallible = matches!(param.wrap, Wrap::Result) && node.error.is_none();
    if !infallible {
        return None;
    }
    Some(
        Text::new()
            .str("`")
            .str(param.ty)
            .str("` cannot fail: its provider returns no `Result`\nhelp: take `")
            .str(reference(param))
            .str(param.ty)
            .str("`"),
    )
}

pub(super) const fn reference(param: &Param) -> &'static str {
    match param.usage {
        Use::Shared => "&",
        Use::Exclusive | Use::Held => "&mut ",
        Use::Lazy | Use::Value | Use::Fresh | Use::Run => "",
    }
}
