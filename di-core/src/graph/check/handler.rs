//! The rules for handlers: those of a route, and those of a session.

use super::{
    body::{reader_of, reads_body},
    fault::{At, Fault},
    params::{are_ordinary, params_of},
    provider::answers,
    reach::reach,
    same::same_place,
    words::{element, inner, is_generic, is_list, last_of, starts_with, starts_with_any, with_serde_of_pointers},
};
use crate::{
    graph::{
        Answer, BodyReader, Declaration, HandlerCall, Node, NodeRef, Param, Place, Responding, RouteRecord, Source,
        Teardown, Use, Wrap,
    },
    route::{RouteMeta, Segment},
    text::Text,
};

/// What stands in for a handler whose attribute was refused.
pub const REFUSED: RouteRecord = RouteRecord::bare({
    static DECLARED: Declaration = Declaration::bare(RouteMeta {
        method: "",
        path: "/",
        segments: &[Segment::literal("")],
        name: "",
        place: Place::NOWHERE,
    });
    &DECLARED
});

/// The rules for a handler.
#[must_use]
pub const fn handler(route: &Declaration) -> Option<Fault> {
    let answers = match &route.answer {
        Answer { value: Some(_), error, .. } => {
            matches!(error, None | Some((_, Some(Responding { success: false, .. }), _) | (_, None, Some(_))))
        }
        _ => false,
    };
    if answers && are_ordinary(route.params) {
        return None;
    }
    match whole(route, false) {
        None => output(route),
        fault => fault,
    }
}

/// The rules for the handler of a session.
#[must_use]
pub const fn session(route: &Declaration) -> Option<Fault> {
    match whole(route, true) {
        None => taken_once(route),
        fault => fault,
    }
}

const fn whole(route: &Declaration, session: bool) -> Option<Fault> {
    match params_of(&route.function(), route.params, session) {
        None => held(route),
        fault => fault,
    }
}

/// The handler of a session takes it, once.
const fn taken_once(route: &Declaration) -> Option<Fault> {
    let (mut i, mut taken) = (0, false);
    while i < route.params.len() {
        let param = &route.params[i];
        if is_session(param) {
            let text = Text::new().str("websocket handler `").str(route.meta.name).str("` takes its `").str(param.ty);
            if taken {
                let text = text.str("` twice\nhelp: remove one of the two; `socket.split()` gives a half that sends and one that receives");
                return Some(Fault { at: At::Param(i), text });
            }
            if !matches!(param.wrap, Wrap::Plain) {
                let text =
                    text.str("` as if there might be none\nhelp: take `").str(param.ty).str("`, which is always there");
                return Some(Fault { at: At::Param(i), text });
            }
            taken = true;
        }
        if let Some(reader) = reader_of(&route.function(), param) {
            let text = Text::new().str("websocket handler `").str(route.meta.name);
            let text = if reads_body(param) {
                text
            } else {
                text.str("` takes `").str(param.ty).str("`, for which `").str(reader.function)
            };
            let text = text.str("` reads a body, as `").str(reader.ty);
            return Some(Fault { at: At::Param(i), text: text.str(NO_BODY) });
        }
        i += 1;
    }
    if taken {
        return None;
    }
    let text = Text::new().str("websocket handler `").str(route.meta.name).str("` takes no socket");
    Some(Fault { at: At::Whole, text: text.str("\nhelp: add a parameter, `mut socket: WebSocket`") })
}

/// Of what a websocket reads as a body.
const NO_BODY: &str = "`, and the request that opens a websocket has none\nhelp: take it from the path, the query or a header, or receive it over the socket";

/// What is wrong with a guard that reads the body, as `reader`, around a websocket's handler.
pub(crate) const fn guard_of_session(route: &RouteRecord, reader: &BodyReader) -> Option<Text> {
    if !matches!(route.call, HandlerCall::Session(..)) {
        return None;
    }
    let name = route.declaration().meta.name;
    let text = Text::new().str("`").str(reader.function).str("`, which is around websocket handler `").str(name);
    Some(text.str("`, reads a body, as `").str(reader.ty).str(NO_BODY))
}

pub(super) const fn is_session(param: &Param) -> bool {
    match &param.input {
        Some(input) => matches!(input.source, Source::Session),
        None => false,
    }
}

/// What a handler holds is not lent to a teardown that runs before the response.
pub(super) const fn held(route: &Declaration) -> Option<Fault> {
    let mut i = 0;
    while i < route.params.len() {
        let param = &route.params[i];
        if matches!(param.usage, Use::Held)
            && let Some(text) = lent(route.params, param)
        {
            return Some(Fault { at: At::Param(i), text });
        }
        i += 1;
    }
    None
}

/// That a teardown before the response, of something that `params` reach, takes what a handler has as `held`.
pub(crate) const fn lent(params: &'static [Param], held: &Param) -> Option<Text> {
    reach!(params, reached => {
        let (mut at, mut found) = (0, None);
        while at < reached.len {
            let node = reached.node(at);
            if let (None, Some(Teardown { name, takes, after_response: false, .. })) = (&found, &node.teardown)
                && takes_node(takes, held.node.get())
            {
                let text = Text::new().str("`").str(held.ty).str("` cannot be held: `").str(name).str("`, which tears `");
                let text = text.str(node.ty).str("` down before the response, takes it");
                found = Some(text.str("\nhelp: write `teardown_after_response = ").str(name).str("` on `").str(node.function.name).str("`"));
            }
            at += 1;
        }
        found
    }, None)
}

const fn takes_node(takes: &[NodeRef], node: &Node) -> bool {
    let mut i = 0;
    while i < takes.len() {
        if same_place(takes[i].get(), node) {
            return true;
        }
        i += 1;
    }
    false
}

/// The rules for what a handler returns.
const fn output(route: &Declaration) -> Option<Fault> {
    let (name, answer) = (route.meta.name, &route.answer);
    if let Some((ty, respond, report)) = answer.error
        && let Some(text) = answers(ty, "handler", name, respond, report)
    {
        return Some(Fault { at: At::Error, text });
    }
    if answer.value().is_some() {
        return None;
    }
    let text =
        Text::new().str("`").str(answer.ty).str("`, which handler `").str(name).str("` returns, is not a response");
    // What a wrapper of the framework's wraps is what is wrong.
    let (mut body, mut wrappers) = (answer.ty, 0);
    while let Some(wrapped) = wrapped_body(body) {
        (body, wrappers) = (wrapped, wrappers + 1);
    }
    let text = if starts_with(body.as_bytes(), b"Json<") || starts_with(body.as_bytes(), b"View<") {
        serialized(text.str("\nhelp: derive `serde::Serialize` for `"), inner(body))
    } else if wrappers > 0 {
        let (opening, closing) = answer.ty.split_at(answer.ty.len() - wrappers);
        let (opening, _) = opening.split_at(opening.len() - body.len());
        let text =
            text.str("\nhelp: what is wrapped is a response itself: write `").str(opening).str("Json<").str(body);
        text.str(">").str(closing).str("`, or implement `IntoResponse` for it")
    } else if is_list(body) {
        text.str("\nhelp: return `Json<")
            .str(body)
            .str(">`, for which `")
            .str(element(body))
            .str("` must be `serde::Serialize`")
    } else if starts_with_any(body, &[b"Arc<", b"Rc<"]) {
        let shared = inner(body);
        let text = text.str("\nhelp: what is shared is not sent: return ");
        if starts_with(shared.as_bytes(), b"Json<") {
            text.str("`").str(shared).str("`")
        } else {
            text.str("a copy of what is in it, as text or `Json`")
        }
    } else if starts_with_any(body, &[b"Query<", b"Path<", b"Form<", b"Header<", b"Cookie<"]) {
        text.str("\nhelp: it is read from requests: return `Json<").str(inner(body)).str(">`")
    } else if starts_with_any(body, &[b"Pin<", b"BoxFuture<"]) {
        text.str("\nhelp: make `").str(name).str("` an `async fn`, or return `impl Future<Output = ..> + Send`")
    } else if is_generic(body) {
        text.str("\nhelp: of a `Result` both sides must be responses, of a `Json<T>` `T` must be `serde::Serialize`, and a type of your own implements `IntoResponse`")
    } else if starts_with(answer.ty.as_bytes(), b"(") && answer.ty.len() > 2 {
        let text = text.str("\nhelp: a tuple begins with a status or headers and ends in its body, ");
        let last = last_of(answer.ty);
        if starts_with(last.as_bytes(), b"Json<") {
            text.str("here `")
                .str(last)
                .str("`, for which `")
                .str(element(inner(last)))
                .str("` must be `serde::Serialize`")
        } else {
            text.str("as in `(StatusCode, Json<T>)`")
        }
    } else {
        text.str("\nhelp: return `Json<")
            .str(answer.ty)
            .str(">`, text, a `StatusCode` or a tuple that ends in one of these, or implement `IntoResponse` for it")
    };
    Some(Fault { at: At::Value, text })
}

/// What is in a wrapper that is a response if that is one.
const fn wrapped_body(ty: &str) -> Option<&str> {
    if starts_with_any(ty, &[b"Created<", b"Accepted<", b"Tagged<", b"Option<"]) { Some(inner(ty)) } else { None }
}

/// Appends what of a type is to be serialized: the element of a list.
const fn serialized(text: Text, ty: &str) -> Text {
    let element = element(ty);
    let text = text.str(element).str("`");
    let text = if is_generic(element) { text.str(" and for what is in it") } else { text.str(", or implement it") };
    with_serde_of_pointers(text, ty)
}

/// The rule for the error type `ty` of websocket handler `name`: `logged` says whether it can be.
#[must_use]
pub const fn failure_of_session(ty: &str, name: &str, logged: bool) -> Option<Text> {
    if logged {
        return None;
    }
    let text =
        Text::new().str("`").str(ty).str("`, the error of websocket handler `").str(name).str("`, cannot be logged");
    Some(text.str("\nhelp: implement `std::error::Error` for it; it must be `Send` and `Sync`"))
}
