//! The rules for the parameters of a function.

use super::{
    anywhere::{is_open, misfit},
    body::body,
    fault::{At, Fault, located},
    handler::is_session,
    lazy::lazily,
    usage::usage,
};
use crate::{
    graph::{Function, Input, Param, PathShape, Scope, Source, Use, Wrap},
    text::Text,
};

/// The rules for the parameters of a handler, a guard or a provider.
#[must_use]
pub const fn params(function: &Function, params: &'static [Param]) -> Option<Fault> {
    params_of(function, params, false)
}

/// `session` says whether it is the handler of a session.
pub(super) const fn params_of(function: &Function, params: &'static [Param], session: bool) -> Option<Fault> {
    // Nearly all parameters are used as they are meant to be. That is seen here at a glance and without calls, which are what
    // const evaluation takes long for.
    let (mut i, mut all_plain, mut leading) = (0, true, 0);
    while i < params.len() {
        let param = &params[i];
        let node = param.node.get();
        let plain = match (node.scope, param.usage) {
            (Scope::Input, Use::Value) => match &param.input {
                Some(Input { source: Source::Session, .. } | Input { unchecked: true, .. }) | None => false,
                Some(Input { path: PathShape::Scalar, .. }) => !param.name.is_empty(),
                Some(_) => true,
            },
            (Scope::Singleton | Scope::Request | Scope::Part, Use::Shared) => true,
            (Scope::Request, Use::Exclusive) => node.context.is_none(),
            _ => false,
        };
        all_plain &= plain && !matches!(param.wrap, Wrap::Result) && !is_open(&node.function);
        let reads_body = matches!(param.input, Some(Input { source: Source::Body, .. }));
        let has_below = matches!(node.scope, Scope::Request | Scope::Transient) && !matches!(node.params, []);
        leading += (reads_body || has_below) as usize;
        i += 1;
    }
    match (all_plain, leading) {
        // It takes two to read the body twice.
        (true, 0 | 1) => None,
        (true, _) => read_twice(function, params),
        (false, _) => first_fault(function, params, session),
    }
}

const fn first_fault(function: &Function, params: &'static [Param], session: bool) -> Option<Fault> {
    let (mut i, mut reader) = (0, None);
    while i < params.len() {
        let text = match rules_of_one(function, &params[i], session) {
            None => body(function, &params[i], &mut reader),
            text => text,
        };
        let text = match text {
            None if matches!(params[i].usage, Use::Lazy) => lazily(function, params, i),
            text => text,
        };
        if text.is_some() {
            return located(text, At::Param(i));
        }
        i += 1;
    }
    None
}

/// The rules for one parameter that ask for no other.
const fn rules_of_one(function: &Function, param: &'static Param, session: bool) -> Option<Text> {
    let text = match usage(function, param) {
        None if !session && is_session(param) => Some(
            Text::new()
                .str("`")
                .str(function.name)
                .str("` takes `")
                .str(param.ty)
                .str("`, which only the handler of a websocket has\nhelp: put `#[websocket(\"/path\")]` on the handler, and let that take it"),
        ),
        text => text,
    };
    let text = match text {
        None => misfit(param),
        text => text,
    };
    match text {
        None => unchecked(param),
        text => text,
    }
}

/// A type that says how it is validated is never read without that.
const fn unchecked(param: &Param) -> Option<Text> {
    match &param.input {
        Some(input) if input.unchecked => Some(
            Text::new()
                .str("`")
                .str(param.ty)
                .str("` cannot be validated: its `garde::Validate` has a context that is not `Default`\n")
                .str("help: implement `Default` for the context, or take `Valid<")
                .str(param.ty)
                .str(">`, for which the context is a dependency"),
        ),
        _ => None,
    }
}

/// The rule for the body alone.
const fn read_twice(function: &Function, params: &'static [Param]) -> Option<Fault> {
    let (mut i, mut reader) = (0, None);
    while i < params.len() {
        let text = body(function, &params[i], &mut reader);
        if text.is_some() {
            return located(text, At::Param(i));
        }
        i += 1;
    }
    None
}
