//! What can be wrong with a graph, and how is it said?
//!
//! Each rule is a `const fn` that returns the message of the first fault it finds. The attribute of the faulty function
//! calls it in a constant and panics with the text itself, at the user's own tokens, so the compiler prints one error and
//! no frames of const evaluation.
//!
//! A fault is reported once, where it arises: a cycle at its first member in the source, a body read twice at the
//! function below which the two readers first meet.

use std::slice;

use super::{
    BodyReader, Function, HandlerCall, Input, Node, NodeRef, Param, PathShape, Place, RouteRecord, RouteRef, Scope,
    Source, Teardown, Use, Wrap,
};
use crate::{
    route::{RouteMeta, Segment},
    scope::Field,
    text::Text,
};

/// What stands in for a handler whose attribute was refused.
pub const REFUSED: RouteRef = {
    static SEGMENTS: [Segment; 1] = [Segment::literal("")];
    static ROUTE: RouteRecord = RouteRecord::bare(RouteMeta {
        method: "",
        path: "/",
        segments: &SEGMENTS,
        name: "",
        place: Place { file: "", line: 0, column: 0 },
    });
    RouteRef::new(&ROUTE)
};

/// Panics with `text`, if there is one, where it is called: the compiler reports an error there, without frames.
///
/// # Panics
///
/// Panics with `text`.
#[track_caller]
pub const fn fail(text: Option<Text>) {
    if let Some(text) = text {
        panic!("{}", text.as_str());
    }
}

/// What is wrong with a function: the first fault, and where it is reported.
#[derive(Debug)]
pub struct Fault {
    at: At,
    text: Text,
}

/// The part of a function that a fault is about.
#[derive(Debug, Clone, Copy)]
enum At {
    Param(usize),
    Whole,
    Value,
    Error,
    Teardown,
}

/// Panics if the fault is one of parameter number `index`: each of these stands where its fault is to be reported.
///
/// # Panics
///
/// Panics with the fault's text; so do the others.
#[track_caller]
pub const fn at_param(fault: &Option<Fault>, index: usize) {
    if let Some(Fault { at: At::Param(at), text }) = fault
        && *at == index
    {
        panic!("{}", text.as_str());
    }
}

/// Panics if the fault is one of the function as a whole.
#[track_caller]
pub const fn at_function(fault: &Option<Fault>) {
    if let Some(Fault { at: At::Whole, text }) = fault {
        panic!("{}", text.as_str());
    }
}

/// Panics if the fault is one of what the function returns.
#[track_caller]
pub const fn at_value(fault: &Option<Fault>) {
    if let Some(Fault { at: At::Value, text }) = fault {
        panic!("{}", text.as_str());
    }
}

/// Panics if the fault is one of the error type.
#[track_caller]
pub const fn at_error(fault: &Option<Fault>) {
    if let Some(Fault { at: At::Error, text }) = fault {
        panic!("{}", text.as_str());
    }
}

/// Panics if the fault is one of the teardown.
#[track_caller]
pub const fn at_teardown(fault: &Option<Fault>) {
    if let Some(Fault { at: At::Teardown, text }) = fault {
        panic!("{}", text.as_str());
    }
}

const fn located(text: Option<Text>, at: At) -> Option<Fault> {
    match text {
        Some(text) => Some(Fault { at, text }),
        None => None,
    }
}

/// What stands in for a provider whose attribute was refused: the rules say nothing about it.
#[must_use]
pub const fn refused() -> NodeRef {
    NodeRef::new(&super::MISSING)
}

/// The rules for a handler.
#[must_use]
pub const fn handler(route: &'static RouteRecord) -> Option<Fault> {
    let session = matches!(route.call, HandlerCall::Session(..));
    match params_of(&route.function(), route.params, session) {
        None => match held(route) {
            None if session => taken_once(route),
            None => output(route),
            fault => fault,
        },
        fault => fault,
    }
}

/// The handler of a session takes it, once.
const fn taken_once(route: &RouteRecord) -> Option<Fault> {
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
        i += 1;
    }
    if taken {
        return None;
    }
    let text = Text::new().str("websocket handler `").str(route.meta.name).str("` takes no socket");
    Some(Fault { at: At::Whole, text: text.str("\nhelp: add a parameter, `mut socket: WebSocket`") })
}

const fn is_session(param: &Param) -> bool {
    match &param.input {
        Some(input) => matches!(input.source, Source::Session),
        None => false,
    }
}

/// What a handler holds is not lent to a teardown that runs before the response.
const fn held(route: &'static RouteRecord) -> Option<Fault> {
    let mut i = 0;
    while i < route.params.len() {
        let param = &route.params[i];
        if matches!(param.usage, Use::Held)
            && let Some(text) = lent(route, param)
        {
            return Some(Fault { at: At::Param(i), text });
        }
        i += 1;
    }
    None
}

const fn lent(route: &'static RouteRecord, held: &Param) -> Option<Text> {
    reach!(route.params, reached => {
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

/// The rules for a job.
#[must_use]
pub const fn job(job: &'static RouteRecord) -> Option<Fault> {
    let mut i = 0;
    while i < job.params.len() {
        let text = of_a_request(job, i);
        if text.is_some() {
            return located(text, At::Param(i));
        }
        i += 1;
    }
    params(&job.function(), job.params)
}

/// What of parameter `index` only a request has.
const fn of_a_request(job: &'static RouteRecord, index: usize) -> Option<Text> {
    let param = &job.params[index];
    let text = Text::new().str("job `").str(job.meta.name).str("` takes ").asked(param).str(", which ");
    let help = "\nnote: a job runs outside of a request\nhelp: take what a request would say from a singleton, or split the provider in two";
    if is_of_a_request(param) {
        return Some(text.str("only a request has").str(help));
    }
    if !has_below(param) {
        return None;
    }
    reach!(slice::from_ref(param), reached => {
        let (mut at, mut found) = (0, None);
        while at < reached.len {
            let node = reached.node(at);
            if let (None, Some(asks)) = (&found, request_param(node)) {
                let mut text = text.str("depends on ").asked(asks).str(", which only a request has");
                // What the framework brings is at no place of the user's.
                if node.function.place.line > 0 {
                    text = text.str("\nnote: `").str(node.function.name).str("` (");
                    text = text.at(&node.function.place).str(") takes it");
                }
                found = Some(text.str(help));
            }
            at += 1;
        }
        found
    }, None)
}

const fn request_param(node: &Node) -> Option<&Param> {
    let mut i = 0;
    while i < node.params.len() {
        if is_of_a_request(&node.params[i]) {
            return Some(&node.params[i]);
        }
        i += 1;
    }
    None
}

const fn is_of_a_request(param: &Param) -> bool {
    matches!(param.node.get().scope, Scope::Input | Scope::Part)
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
    if let Some(text) = whole(node) {
        return Some(Fault { at: At::Whole, text });
    }
    match located(error(node), At::Error) {
        None => located(teardown(node), At::Teardown),
        fault => fault,
    }
}

/// What is torn down after the response does not depend on what is torn down before it.
const fn outliving(node: &'static Node) -> Option<Fault> {
    let Some(Teardown { name, after_response: true, .. }) = &node.teardown else { return None };
    let mut i = 0;
    while i < node.params.len() {
        let param = &node.params[i];
        let below = param.node.get();
        if let Some(Teardown { name: earlier, after_response: false, .. }) = &below.teardown {
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

/// The rules for the parameters of a handler, a guard or a provider.
#[must_use]
pub const fn params(function: &Function, params: &'static [Param]) -> Option<Fault> {
    params_of(function, params, false)
}

/// `session` says whether it is the handler of a session.
const fn params_of(function: &Function, params: &'static [Param], session: bool) -> Option<Fault> {
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
        all_plain &= plain && !matches!(param.wrap, Wrap::Result) && !node.function.anywhere;
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

/// While a `Lazy` is built its function runs: what uses something exclusively must not be on both sides.
const fn lazily(function: &Function, params: &'static [Param], index: usize) -> Option<Text> {
    reach!(slice::from_ref(&params[index]), reached => {
        let (mut at, mut found) = (0, None);
        while at < reached.len && found.is_none() {
            found = at_once(function, params, index, reached.node(at));
            at += 1;
        }
        found
    }, None)
}

/// What `below`, which is built for the lazy parameter `index`, and another parameter both use, one of the two exclusively.
const fn at_once(function: &Function, params: &'static [Param], index: usize, below: &'static Node) -> Option<Text> {
    let mut i = 0;
    while i < params.len() {
        let (beside, mut k) = (&params[i], 0);
        let exclusive = matches!(beside.usage, Use::Exclusive | Use::Held);
        let borrowed = exclusive || matches!(beside.usage, Use::Shared | Use::Lazy);
        let kind = Shared { node: beside.node.get(), ty: beside.ty };
        while i != index && borrowed && k < below.params.len() {
            let used = &below.params[k];
            let one_exclusive = exclusive || matches!(used.usage, Use::Exclusive | Use::Held);
            if one_exclusive && kind.is(Shared { node: used.node.get(), ty: used.ty }) {
                let lazy = params[index].ty;
                let text = Text::new().str("`").str(function.name).str("` has `").str(beside.ty);
                let text = text.str("` while `Lazy<").str(lazy).str(">` is built, which uses it too");
                let text = text.str("\nnote: `").str(below.function.name).str("`").str_if_at(below).str(" takes `");
                let text = text.str(reference(used)).str(used.ty).str("`\nhelp: take `&").str(lazy);
                return Some(text.str("`, which is built before `").str(function.name).str("` runs"));
            }
            k += 1;
        }
        i += 1;
    }
    None
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
const fn misfit(param: &'static Param) -> Option<Text> {
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

const fn misfit_of(node: &'static Node) -> Option<Text> {
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

const fn shorter_lived(function: &Function, param: &Param) -> Option<Text> {
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

/// The rules for what a handler returns.
const fn output(route: &RouteRecord) -> Option<Fault> {
    let (name, answer) = (route.meta.name, &route.answer);
    if let Some((ty, None)) = answer.error {
        return Some(Fault { at: At::Error, text: unanswered(ty, "handler", name) });
    }
    if answer.value.is_some() {
        return None;
    }
    let text =
        Text::new().str("`").str(answer.ty).str("`, which handler `").str(name).str("` returns, is not a response");
    let text = if starts_with(answer.ty.as_bytes(), b"Json<") {
        text.str("\nhelp: derive `serde::Serialize` for `").str(inner(answer.ty)).str("`, or implement it")
    } else {
        text.str("\nhelp: return a type that implements `IntoResponse` (text, `Json`, `StatusCode`, a tuple of these), or implement it for `")
            .str(answer.ty)
            .str("`")
    };
    Some(Fault { at: At::Value, text })
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

impl Text {
    /// Appends what a parameter asks for.
    const fn asked(self, param: &Param) -> Self {
        self.kind(param.ty, param.node.get().name)
    }

    /// Appends a type, and the name that tells it from others of the type.
    const fn kind(self, ty: &str, name: &str) -> Self {
        let text = self.str("`").str(ty).str("`");
        if name.is_empty() { text } else { text.str(" named `").str(name).str("`") }
    }

    /// Appends where a provider stands.
    const fn str_if_at(self, node: &Node) -> Self {
        self.str(" (").at(&node.function.place).str(")")
    }

    /// Appends a place.
    const fn at(self, place: &Place) -> Self {
        self.str(place.file).str(":").num(place.line as usize)
    }
}

/// Whether a function may use a parameter as it does.
const fn usage(function: &Function, param: &Param) -> Option<Text> {
    let node = param.node.get();
    match (node.scope, param.usage) {
        (Scope::Missing, _) => None,
        (Scope::Input, Use::Value | Use::Run) => unread(function, param, node),
        (Scope::Request, Use::Exclusive | Use::Held) if node.context.is_some() => Some(
            Text::new()
                .str("`")
                .str(param.ty)
                .str("` is a context: it is entered while `")
                .str(function.name)
                .str("` runs, so that nobody can have it exclusively\nhelp: take `&")
                .str(param.ty)
                .str("`"),
        ),
        (_, Use::Held) => unheld(param, node),
        (_, Use::Fresh) => stale(param, node),
        (_, Use::Lazy) => eager(param, node),
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
        _ => result_of_infallible(param, node),
    }
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
const fn eager(param: &Param, node: &Node) -> Option<Text> {
    let (what, help) = match node.scope {
        Scope::Singleton => ("a singleton, which is always there", "take `&` of it"),
        Scope::Part => ("a part of the request, which is always there", "take `&` of it"),
        Scope::Input => ("read from the request by each function that takes it", "take it by value"),
        Scope::Transient => {
            ("built for each function that takes it", "make its provider request-scoped, or take it by value")
        }
        Scope::Missing | Scope::Request => return None,
    };
    let text = Text::new().str("`").str(param.ty).str("` cannot be `Lazy`: it is ").str(what);
    Some(text.str("\nhelp: ").str(help))
}

/// What cannot be held: what is not a request's own, and what is torn down before the response.
const fn unheld(param: &Param, node: &Node) -> Option<Text> {
    let text = Text::new().str("`").str(param.ty).str("` cannot be held: it is ");
    let (what, help) = match node.scope {
        Scope::Singleton => ("a singleton, which is always there", "take `&` of it, or a clone"),
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
        return Some(requirement(text, node.requires, inner(param.ty)));
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

/// The text between the angle brackets of a type.
const fn inner(ty: &str) -> &str {
    let bytes = ty.as_bytes();
    let mut start = 0;
    while start < bytes.len() && bytes[start] != b'<' {
        start += 1;
    }
    if start + 1 >= bytes.len() {
        return ty;
    }
    let (_, rest) = ty.split_at(start + 1);
    let (inside, _) = rest.split_at(rest.len() - 1);
    inside
}

/// Appends what an extractor requires: `_` stands for the type inside it, and a help gets a line of its own.
const fn requirement(mut text: Text, requires: &'static str, inside: &str) -> Text {
    let mut rest = requires;
    while !rest.is_empty() {
        let bytes = rest.as_bytes();
        if starts_with(bytes, b"`_`") {
            text = text.str("`").str(inside).str("`");
            (_, rest) = rest.split_at(3);
        } else if starts_with(bytes, b"; help: ") {
            text = text.str("\nhelp: ");
            (_, rest) = rest.split_at(8);
        } else {
            let (first, behind) = rest.split_at(char_len(bytes[0]));
            text = text.str(first);
            rest = behind;
        }
    }
    text
}

const fn starts_with(bytes: &[u8], prefix: &[u8]) -> bool {
    if bytes.len() < prefix.len() {
        return false;
    }
    let mut i = 0;
    while i < prefix.len() {
        if bytes[i] != prefix[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// How many bytes the character takes that starts with this one.
const fn char_len(first: u8) -> usize {
    match first.leading_ones() {
        0 => 1,
        ones => ones as usize,
    }
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
    let text = if is_struct(function) {
        text.str("take `&").str(param.ty).str("` in the function that takes `").str(function.name)
    } else {
        text.str("borrow it in `").str(function.name).str("`: `&").str(param.ty)
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
const fn result_of_infallible(param: &Param, node: &Node) -> Option<Text> {
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

const fn reference(param: &Param) -> &'static str {
    match param.usage {
        Use::Shared => "&",
        Use::Exclusive | Use::Held => "&mut ",
        Use::Lazy | Use::Value | Use::Fresh | Use::Run => "",
    }
}

/// The rules for the error `ty` of a parameter `Result<&T, &E>` or `Result<X, E>`; `same` says whether that is what the
/// provider fails with, `rejection` whether it is `Rejection`.
#[must_use]
pub const fn failure(param: &Param, ty: &str, same: bool, rejection: bool) -> Option<Text> {
    let node = param.node.get();
    match (node.scope, param.usage) {
        (Scope::Missing, _) => None,
        (Scope::Input, Use::Value) if same => None,
        (Scope::Input, Use::Value) => Some(
            Text::new()
                .str("`")
                .str(param.ty)
                .str("` does not fail with `")
                .str(ty)
                .str("`: an input that cannot be read is a `Rejection`\nhelp: write `Result<")
                .str(param.ty)
                .str(", Rejection>`"),
        ),
        (_, Use::Value) if node.error.is_none() => result_of_infallible(param, node),
        (Scope::Transient, Use::Value) => another_error(param, node, ty, same),
        (_, Use::Value) if rejection => another_error(param, node, ty, same),
        (_, Use::Value) => Some(
            Text::new()
                .str("a `Result` of a provided type lends both its value and its error\nhelp: write `Result<&")
                .str(param.ty)
                .str(", &")
                .str(ty)
                .str(">`"),
        ),
        _ => another_error(param, node, ty, same),
    }
}

const fn another_error(param: &Param, node: &Node, ty: &str, same: bool) -> Option<Text> {
    let Some(error) = &node.error else { return None };
    if same {
        return None;
    }
    let text = Text::new().str("`").str(param.ty).str("` does not fail with `").str(ty).str("`: its provider `");
    let text = text.str(node.function.name).str("` (").at(&node.function.place).str(") fails with `").str(error.name);
    let (value, lent) = (reference(param), if matches!(param.usage, Use::Value | Use::Fresh) { "" } else { "&" });
    let text = text.str("`\nhelp: write `Result<").str(value).str(param.ty).str(", ").str(lent);
    Some(text.str(error.name).str(">`"))
}

/// The rules for the provider of a container's field.
#[must_use]
pub const fn field(node: super::NodeRef, field: &str, ty: &str) -> Option<Text> {
    let node = node.get();
    match node.scope {
        Scope::Missing => return None,
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

/// The rules for the fields of a part of a container.
#[must_use]
pub const fn part(part: &'static Field) -> Option<Text> {
    let Field::Part(fields) = part else { return None };
    let mut i = 0;
    while i < fields.len() {
        if let Field::One(param) = &fields[i] {
            let text = field(param.node, param.name, param.ty);
            if text.is_some() {
                return text;
            }
        }
        i += 1;
    }
    None
}

/// The rules for the error type of a provider.
const fn error(node: &Node) -> Option<Text> {
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
    if singleton || error.respond.is_some() {
        return None;
    }
    Some(unanswered(error.name, "provider", node.function.name))
}

/// The rules for the error type `ty` of `name`, a `what`: `answers` says whether it is a response or an error.
#[must_use]
pub const fn answers(ty: &str, what: &str, name: &str, answers: bool) -> Option<Text> {
    if answers { None } else { Some(unanswered(ty, what, name)) }
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

const fn unanswered(ty: &str, what: &str, name: &str) -> Text {
    Text::new()
        .str("`")
        .str(ty)
        .str("`, the error of ")
        .str(what)
        .str(" `")
        .str(name)
        .str("`, can neither be sent as a response nor be logged\nhelp: implement `IntoResponse` for it, or `std::error::Error`, which makes it an opaque 500")
}

/// The rules for what a teardown takes: singletons, and what its provider took and is still there.
const fn teardown(node: &Node) -> Option<Text> {
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
        let text =
            Text::new().str("teardown `").str(name).str("` takes `").str(taken.ty).str("`, which its provider `");
        let text = text.str(provider);
        let Some(own) = own_param(node, taken) else {
            return Some(
                text.str("` does not take\nnote: what a provider takes is torn down after its value, so that its teardown can use it too\nhelp: take `&")
                    .str(taken.ty)
                    .str("` in `")
                    .str(provider)
                    .str("` as well"),
            );
        };
        let text = match (taken.scope, own.wrap) {
            (Scope::Input | Scope::Transient, _) => text.str("` has taken by value: it is gone by then"),
            (_, Wrap::Plain) => continue,
            (_, Wrap::Option | Wrap::Result) => text.str("` can do without: it may not be there"),
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

/// Whether two nodes are certainly one: the instances of a generic provider cannot be told apart here.
pub(crate) const fn same(a: &Node, b: &Node) -> bool {
    !a.function.generic && !b.function.generic && same_place(a, b)
}

const fn same_place(a: &Node, b: &Node) -> bool {
    let (p, q) = (&a.function.place, &b.function.place);
    p.line == q.line
        && p.column == q.column
        && equal(a.ty, b.ty)
        && equal(a.function.name, b.function.name)
        && equal(a.function.module, b.function.module)
        && equal(p.file, q.file)
}

const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether `a` stands before `b` in the source.
const fn before(a: &Node, b: &Node) -> bool {
    let (p, q) = (&a.function.place, &b.function.place);
    if !equal(p.file, q.file) {
        return smaller(p.file, q.file);
    }
    if p.line != q.line || p.column != q.column {
        return p.line < q.line || p.line == q.line && p.column < q.column;
    }
    // One call of a macro wrote both.
    smaller(a.ty, b.ty)
}

const fn smaller(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return a[i] < b[i];
        }
        i += 1;
    }
    a.len() < b.len()
}

/// A node met on a walk.
#[derive(Clone, Copy)]
struct Met {
    node: &'static Node,
    /// The request-scoped value that it is built for, itself included: that is built once, whoever asks for it.
    shared: Option<Shared>,
}

/// A request-scoped value, told apart as far as const evaluation can.
#[derive(Clone, Copy)]
struct Shared {
    node: &'static Node,
    ty: &'static str,
}

impl Shared {
    const fn is(self, other: Self) -> bool {
        same_place(self.node, other.node) && (!self.node.function.generic || equal(self.ty, other.ty))
    }
}

const fn both_shared_or_alike(a: Option<Shared>, b: Option<Shared>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.is(b),
        (None, None) => true,
        _ => false,
    }
}

/// All that a list of parameters reaches, each node once, in the order of a walk by levels; singletons are not looked
/// into. Cyclic graphs and those with many ways to one node are walked in as many steps as they have edges.
pub(crate) struct Reached<const N: usize> {
    met: [Option<Met>; N],
    pub(crate) len: usize,
}

/// Runs `$body` with what `$params` reach as `$reached`. Const evaluation has no heap, so the walk is tried with more and
/// more room; `$full` is for a graph that fits in none.
macro_rules! reach {
    ($params:expr, $reached:ident => $body:expr, $full:expr) => {
        match $crate::graph::check::Reached::<24>::from($params) {
            Some($reached) => $body,
            None => match $crate::graph::check::Reached::<512>::from($params) {
                Some($reached) => $body,
                None => match $crate::graph::check::Reached::<16384>::from($params) {
                    Some($reached) => $body,
                    None => $full,
                },
            },
        }
    };
}

pub(crate) use reach;

impl<const N: usize> Reached<N> {
    /// `None` if there is not enough room.
    pub(crate) const fn from(params: &'static [Param]) -> Option<Self> {
        let mut reached = Self { met: [None; N], len: 0 };
        if !reached.meet(params, None) {
            return None;
        }
        let mut at = 0;
        while at < reached.len {
            let met = reached.get(at);
            let is_end = matches!(met.node.scope, Scope::Singleton) || matches!(met.node.params, []);
            if !is_end && !reached.meet(met.node.params, met.shared) {
                return None;
            }
            at += 1;
        }
        Some(reached)
    }

    /// The node met as number `at`.
    pub(crate) const fn node(&self, at: usize) -> &'static Node {
        self.get(at).node
    }

    const fn get(&self, at: usize) -> Met {
        match self.met[at] {
            Some(met) => met,
            None => panic!("the walk has come this far"),
        }
    }

    /// Notes what `params` name; says whether there was room.
    const fn meet(&mut self, params: &'static [Param], shared: Option<Shared>) -> bool {
        let mut i = 0;
        while i < params.len() {
            let param = &params[i];
            let node = param.node.get();
            i += 1;
            let shared = match node.scope {
                Scope::Request => Some(Shared { node, ty: param.ty }),
                Scope::Transient => shared,
                // These have nothing below them, or nothing of a request.
                Scope::Singleton | Scope::Input | Scope::Part | Scope::Missing => continue,
            };
            let met = Met { node, shared };
            if !self.has(&met) {
                if self.len == N {
                    return false;
                }
                self.met[self.len] = Some(met);
                self.len += 1;
            }
        }
        true
    }

    const fn has(&self, met: &Met) -> bool {
        let line = met.node.function.place.line;
        let mut i = 0;
        while i < self.len {
            if let Some(other) = &self.met[i]
                && other.node.function.place.line == line
                && same(other.node, met.node)
                && both_shared_or_alike(other.shared, met.shared)
            {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// The rules for a provider as a whole: that it does not depend on itself.
const fn whole(node: &'static Node) -> Option<Text> {
    match Ways::<24>::back_to(node) {
        Ways::Full => match Ways::<512>::back_to(node) {
            Ways::Full => match Ways::<16384>::back_to(node) {
                Ways::Full => Some(Text::new().str("`").str(node.ty).str("` depends on more than 16,384 other types")),
                ways => ways.text(node),
            },
            ways => ways.text(node),
        },
        ways => ways.text(node),
    }
}

/// The ways from a node, looked through for one that leads back: the shortest is found first.
enum Ways<const N: usize> {
    None,
    Full,
    /// The parameters along the way.
    Back([Option<(&'static Node, &'static Param)>; N], usize),
}

impl<const N: usize> Ways<N> {
    /// Only through nodes that stand behind `root` in the source: the first member of a cycle reports it, the others do not.
    const fn back_to(root: &'static Node) -> Self {
        // Entry 0 is the root; its other parts mean nothing.
        let mut met: [Option<(&'static Node, usize, Option<&'static Param>)>; N] = [None; N];
        met[0] = Some((root, 0, None));
        let (mut at, mut len) = (0, 1);
        while at < len {
            let Some((from, ..)) = met[at] else { return Self::None };
            let mut i = 0;
            while i < from.params.len() {
                let param = &from.params[i];
                let node = param.node.get();
                i += 1;
                if same(node, root) {
                    return Self::trace(&met, at, from, param);
                }
                let elsewhere = node.function.generic || node.function.anywhere;
                if node.params.is_empty() || !elsewhere && before(node, root) {
                    continue;
                }
                let (mut k, mut known) = (0, false);
                while k < len {
                    if let Some((other, ..)) = met[k]
                        && same(other, node)
                    {
                        known = true;
                    }
                    k += 1;
                }
                if known {
                    continue;
                }
                if len == N {
                    return Self::Full;
                }
                met[len] = Some((node, at, Some(param)));
                len += 1;
            }
            at += 1;
        }
        Self::None
    }

    /// The way to entry `at`, and from there by `last`, in order.
    const fn trace(
        met: &[Option<(&'static Node, usize, Option<&'static Param>)>; N],
        mut at: usize,
        from: &'static Node,
        last: &'static Param,
    ) -> Self {
        let mut way = [None; N];
        way[0] = Some((from, last));
        let mut len = 1;
        while let Some((_, parent, Some(param))) = met[at] {
            let Some((node, ..)) = met[parent] else { break };
            way[len] = Some((node, param));
            len += 1;
            at = parent;
        }
        Self::Back(way, len)
    }

    const fn text(&self, root: &Node) -> Option<Text> {
        let Self::Back(way, len) = self else { return None };
        let mut text = Text::new().str("dependency cycle: ").kind(root.ty, root.name);
        let mut i = *len;
        while i > 0 {
            i -= 1;
            if let Some((_, param)) = way[i] {
                text = text.str(" -> ").asked(param);
            }
        }
        let mut i = *len;
        while i > 0 {
            i -= 1;
            if let Some((from, param)) = way[i] {
                text = text.str("\nnote: `").str(from.function.name).str("` (").at(&from.function.place);
                text = text.str(") takes ").asked(param);
            }
        }
        Some(text.str("\nhelp: remove one of these dependencies, or split a provider in two"))
    }
}

/// The body is read once: `param` and one before it, which `reader` has found, must not both lead to it.
const fn body(function: &Function, param: &'static Param, reader: &mut Option<BodyReader>) -> Option<Text> {
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
const fn reader_of(function: &Function, param: &'static Param) -> Option<BodyReader> {
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

const fn reads_body(param: &Param) -> bool {
    match &param.input {
        Some(input) => matches!(input.source, Source::Body),
        None => false,
    }
}

/// What is wrong with two readers of one request's body, unless they are one.
#[must_use]
pub const fn twice(first: &BodyReader, second: &BodyReader) -> Option<Text> {
    if let (Some((a, a_ty)), Some((b, b_ty))) = (first.once, second.once)
        && (Shared { node: a, ty: a_ty }).is(Shared { node: b, ty: b_ty })
    {
        return None;
    }
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
            .str(")\nhelp: read it in one request-scoped provider, and let both take what that provides"),
    )
}

/// Whether anything lies below a parameter: singletons are not looked into.
pub(crate) const fn has_below(param: &Param) -> bool {
    let node = param.node.get();
    matches!(node.scope, Scope::Request | Scope::Transient) && !matches!(node.params, [])
}

/// Whether a function with these parameters, or anything that it depends on, asks the path for `name`.
pub(crate) const fn asks_for(params: &'static [Param], name: &str) -> bool {
    if asks_itself(params, name) {
        return true;
    }
    reach!(params, reached => {
        let (mut at, mut asks) = (0, false);
        while at < reached.len {
            asks |= asks_itself(reached.get(at).node.params, name);
            at += 1;
        }
        asks
    }, false)
}

const fn asks_itself(params: &[Param], name: &str) -> bool {
    let mut i = 0;
    while i < params.len() {
        let param = &params[i];
        match path_shape(param) {
            PathShape::None | PathShape::Tuple(_) => {}
            PathShape::Scalar => {
                if equal(param.name, name) {
                    return true;
                }
            }
            PathShape::Fields(fields) => {
                let mut k = 0;
                while k < fields.len() {
                    if equal(fields[k], name) {
                        return true;
                    }
                    k += 1;
                }
            }
        }
        i += 1;
    }
    false
}

/// What a parameter asks of the path.
pub(crate) const fn path_shape(param: &Param) -> PathShape {
    match &param.input {
        Some(input) => input.path,
        None => PathShape::None,
    }
}
