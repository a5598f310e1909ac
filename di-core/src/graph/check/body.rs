//! Is the body of a request read twice?

use std::slice;

use super::{
    reach::{Reached, has_below, reach},
    same::Shared,
    words::starts_with,
};
use crate::{
    graph::{BodyReader, Function, Input, Node, Param, Scope, Source},
    route::key::same as equal,
    text::Text,
};

/// The body is read once: `param` and one before it, which `reader` has found, must not both lead to it.
pub(super) const fn body(function: &Function, param: &'static Param, reader: &mut Option<BodyReader>) -> Option<Text> {
    let Some(second) = reader_of(function, param) else { return None };
    match reader {
        Some(first) => twice(first, &second),
        None => {
            *reader = Some(second);
            None
        }
    }
}

/// Who reads the body for the sake of a function's parameters. The first will do: a function with two has an error of
/// its own.
#[must_use]
pub const fn reader(function: &Function, params: &'static [Param]) -> Option<BodyReader> {
    let mut i = 0;
    while i < params.len() {
        if let Some(reader) = reader_of(function, &params[i]) {
            return Some(reader);
        }
        i += 1;
    }
    None
}

/// Who reads the body for the sake of a parameter.
pub(super) const fn reader_of(function: &Function, param: &'static Param) -> Option<BodyReader> {
    if reads_body(param) {
        return Some(BodyReader { function: function.name, place: function.place, ty: param.ty, once: None });
    }
    if has_below(param) { reader_below(param) } else { None }
}

/// Apart from [`reader_of`], because a call takes const evaluation the longer the larger the function is.
const fn reader_below(param: &'static Param) -> Option<BodyReader> {
    reach!(slice::from_ref(param), reached => reader_among(&reached), None)
}

const fn reader_among<const N: usize>(reached: &Reached<N>) -> Option<BodyReader> {
    let mut at = 0;
    while at < reached.len {
        let met = reached.get(at);
        let mut i = 0;
        while i < met.node.params.len() {
            if let Some(Input { source: Source::Body, .. }) = &met.node.params[i].input {
                let once = match met.shared {
                    Some(shared) => Some((shared.node, shared.ty)),
                    None => None,
                };
                let Function { name, place, .. } = met.node.function;
                return Some(BodyReader { function: name, place, ty: met.node.params[i].ty, once });
            }
            i += 1;
        }
        at += 1;
    }
    None
}

/// Whether one of these parameters at most leads to the body, of which `readers` read it themselves: a short look, whose `false`
/// may be wrong.
pub(super) const fn read_at_most_once(mut params: &'static [Param], mut readers: usize) -> bool {
    let mut left = 16;
    while let [param, rest @ ..] = params {
        params = rest;
        if param.input.is_none() {
            readers += leads_to_body(param.node.get(), &mut left) as usize;
        }
    }
    readers < 2
}

/// Whether something below a node reads the body, or more than `left` are below it that have something below themselves.
const fn leads_to_body(node: &'static Node, left: &mut usize) -> bool {
    if matches!(node.scope, Scope::Singleton) {
        return false;
    }
    let mut params = node.params;
    while let [param, rest @ ..] = params {
        params = rest;
        if let Some(Input { source, .. }) = param.input {
            if matches!(source, Source::Body) {
                return true;
            }
            continue;
        }
        let node = param.node.get();
        if matches!(node.params, []) {
            continue;
        }
        if *left == 0 {
            return true;
        }
        *left -= 1;
        if leads_to_body(node, left) {
            return true;
        }
    }
    false
}

pub(super) const fn reads_body(param: &Param) -> bool {
    match &param.input {
        Some(input) => matches!(input.source, Source::Body),
        None => false,
    }
}

/// Whether a body is read as a type of the application's.
const fn is_typed(reader: &str) -> bool {
    starts_with(reader.as_bytes(), b"Json<")
        || starts_with(reader.as_bytes(), b"Form<")
        || starts_with(reader.as_bytes(), b"MultipartForm<")
}

/// What is wrong with two readers of one request's body, unless they are one.
#[must_use]
pub const fn twice(first: &BodyReader, second: &BodyReader) -> Option<Text> {
    if let (Some((a, a_ty)), Some((b, b_ty))) = (first.once, second.once)
        && (Shared { node: a, ty: a_ty }).is(Shared { node: b, ty: b_ty })
    {
        return None;
    }
    let (place, other) = (&first.place, &second.place);
    let one = place.line() == other.line() && place.column() == other.column() && equal(place.file(), other.file());
    Some(
        Text::new()
            .str("the body of a request can be read once, and here it is read twice: as `")
            .str(first.ty)
            .str("` by `")
            .str(first.function)
            .str("` (")
            .at(&first.place)
            .str(") and as `")
            .str(second.ty)
            .str("` by `")
            .str(second.function)
            .str("` (")
            .at(&second.place)
            .str(")\nhelp: ")
            .str(match one {
                false => "read it in one request-scoped provider, and let both take what that provides",
                true if is_typed(first.ty) && is_typed(second.ty) => "read it once, as a struct with a field for each",
                true => "take it once, and get the other from that",
            }),
    )
}
