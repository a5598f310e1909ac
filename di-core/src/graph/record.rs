//! Handlers and guards as data: the roots of the graph.

use std::ops::Deref;

use http::{HeaderMap, Uri};

use super::{Answer, Function, Node, Param, Place, Provide, StaticRef, static_ref::sync_by_fields};
use crate::{
    body::BoxError,
    describe::Docs,
    response::Response,
    route::{RouteMeta, Segment},
    scope::{Args, FutureCall, Opens},
};

/// A pointer to a route's record.
pub type RouteRef = StaticRef<RouteRecord>;
/// A pointer to a guard of a group.
pub type GuardRef = StaticRef<GuardRecord>;

/// How a handler is called.
#[derive(Debug, Clone, Copy)]
pub enum HandlerCall {
    /// On the executor.
    Async(FutureCall<Response>),
    /// In place.
    Inline(for<'r> fn(Args<'r>) -> Response),
    /// On the blocking pool.
    Blocking(for<'r> fn(Args<'r>) -> Response),
    /// On the executor, once the head has gone out that opens a session.
    Session(FutureCall<Response>, SessionInfo),
}

/// What is known of the sessions of a route.
#[derive(Debug, Clone, Copy)]
pub struct SessionInfo {
    /// What opens them.
    pub opens: &'static dyn Opens,
    /// Boxes the error of a handler that returns a `Result`.
    pub boxed: Option<unsafe fn(*mut u8) -> BoxError>,
}

/// What a handler's attribute declares of its route: all but what serves it.
///
/// It is apart from the [`RouteRecord`], because what is checked must not name the function: so of a handler that no table lists
/// the compiler says that it is never used.
#[derive(Debug)]
pub struct Declaration {
    /// What the routing table needs.
    pub meta: RouteMeta,
    /// What the handler depends on.
    pub params: &'static [Param],
    /// How what it returns becomes a response.
    pub answer: Answer,
    /// Whether its dependencies are resolved one by one.
    pub sequential: bool,
    /// Whether it runs to completion though the client has gone.
    pub detached: bool,
    /// How many bytes its requests' bodies may have, if it says so itself.
    pub body_limit: Option<usize>,
    /// What its documentation says beside what types say.
    pub docs: Docs,
}

/// A route: what is declared of it, and what serves it.
///
/// It dereferences to its [`Declaration`].
#[derive(Debug)]
pub struct RouteRecord {
    declaration: StaticRef<Declaration>,
    /// How its handler is called.
    pub call: HandlerCall,
}

/// A function that reads the body, on behalf of a handler or a guard.
#[derive(Debug, Clone, Copy)]
pub struct BodyReader {
    /// The function.
    pub function: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What it reads the body as.
    pub ty: &'static str,
    /// The request-scoped value that it is read for, and how that is asked for: two ways to one such value are one read.
    pub once: Option<(&'static Node, &'static str)>,
}

sync_by_fields!(Declaration { meta, params, answer, sequential, detached, body_limit, docs });

impl Declaration {
    /// That of a handler without options, whose function stands where this is called.
    ///
    /// Generated code calls this: the compiler takes less time for a call than for a literal of all that is declared.
    #[track_caller]
    #[must_use]
    pub const fn here(
        method: &'static str,
        path: &'static str,
        segments: &'static [Segment],
        name: &'static str,
        params: &'static [Param],
        answer: Answer,
    ) -> Self {
        Self::new(RouteMeta::here(method, path, segments, name), params, answer)
    }

    /// That of a route of the framework's own, which no documentation lists; its arguments are [`Args::page`].
    #[must_use]
    pub const fn page(meta: RouteMeta) -> Self {
        static PARAMS: [Param; 2] = [
            Param::shared("uri", "Uri", <Uri as Provide<()>>::NODE, true),
            Param::shared("headers", "HeaderMap", <HeaderMap as Provide<()>>::NODE, true),
        ];
        Self { docs: Docs { hidden: true, ..Docs::NONE }, ..Self::new(meta, &PARAMS, Answer::DONE) }
    }

    /// That of a handler which takes nothing.
    #[must_use]
    pub const fn bare(meta: RouteMeta) -> Self {
        Self::new(meta, &[], Answer::DONE)
    }

    const fn new(meta: RouteMeta, params: &'static [Param], answer: Answer) -> Self {
        Self { meta, params, answer, sequential: false, detached: false, body_limit: None, docs: Docs::NONE }
    }

    /// The handler's function.
    #[must_use]
    pub const fn function(&self) -> Function {
        Function { name: self.meta.name, place: self.meta.place, ..Function::ITSELF }
    }
}

impl RouteRecord {
    /// A route that `call` serves.
    #[must_use]
    pub const fn new(declaration: &'static Declaration, call: HandlerCall) -> Self {
        Self { declaration: StaticRef::new(declaration), call }
    }

    /// A route that answers with an empty response: for tables that are built without macros.
    #[doc(hidden)]
    #[must_use]
    pub const fn bare(declaration: &'static Declaration) -> Self {
        fn call(_: Args<'_>) -> Response {
            Response::default()
        }
        Self::new(declaration, HandlerCall::Inline(call))
    }

    /// What is declared of it.
    #[must_use]
    pub const fn declaration(&self) -> &'static Declaration {
        self.declaration.get()
    }
}

impl Deref for RouteRecord {
    type Target = Declaration;

    fn deref(&self) -> &Declaration {
        self.declaration()
    }
}

/// A guard of a group: something that is built before the handler's own dependencies and may refuse.
#[derive(Debug)]
pub struct GuardRecord {
    /// The type, as written.
    pub name: &'static str,
    /// Where it is listed.
    pub function: Function,
    /// The edge to its provider.
    pub param: Param,
}

impl GuardRecord {
    /// Describes a guard, which is listed at `function`.
    #[must_use]
    pub const fn new(name: &'static str, function: Function, param: Param) -> Self {
        Self { name, function, param }
    }

    /// Who reads the body for it.
    #[must_use]
    pub const fn body(&'static self) -> Option<BodyReader> {
        super::check::reader(&self.function, std::slice::from_ref(&self.param))
    }
}
