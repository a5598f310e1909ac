//! The rules for the parameters of a function.

use super::{
    anywhere::misfit,
    body::{body, read_at_most_once},
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
    if are_ordinary(params) { None } else { first_fault(function, params, session) }
}

/// Whether all parameters are used as they are meant to be, as nearly all are: a short look, whose `false` may be wrong.
///
/// Each handler is looked at in this way, so what counts is how few steps const evaluation takes: there is one call for a
/// parameter, no string is read, and nothing is asked twice.
pub(super) const fn are_ordinary(params: &'static [Param]) -> bool {
    let (mut left, mut readers, mut leading) = (params, 0, 0);
    while let [param, rest @ ..] = left {
        left = rest;
        if matches!(param.wrap, Wrap::Result) {
            return false;
        }
        let node = param.node.get();
        match param.usage {
            Use::Value => match param.input {
                Some(Input { source: Source::Session, .. } | Input { fault: Some(_), .. }) | None => return false,
                Some(_) if param.unchecked || !matches!(node.scope, Scope::Input) => return false,
                Some(Input { source: Source::Body, .. }) => readers += 1,
                Some(Input { path: PathShape::Scalar, .. }) if matches!(param.name.as_bytes(), []) => return false,
                Some(_) => {}
            },
            Use::Shared if !param.lends => return false,
            Use::Shared | Use::Exclusive => match node.scope {
                Scope::Request => {
                    let entered = matches!(param.usage, Use::Exclusive) && node.context.is_some();
                    if entered || node.function.anywhere || node.function.generic {
                        return false;
                    }
                    leading += !matches!(node.params, []) as usize;
                }
                Scope::Singleton | Scope::Part if matches!(param.usage, Use::Shared) => {}
                _ => return false,
            },
            _ => return false,
        }
    }
    // It takes two to read the body twice.
    readers + leading < 2 || readers < 2 && read_at_most_once(params, readers)
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
    if !param.unchecked {
        return None;
    }
    Some(
        Text::new()
            .str("`")
            .str(param.ty)
            .str("` cannot be validated: its `garde::Validate` has a context that is not `Default`\n")
            .str("help: implement `Default` for the context, or take `Valid<")
            .str(param.ty)
            .str(">`, for which the context is a dependency"),
    )
}
