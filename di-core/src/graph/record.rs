//! Handlers and guards as data: the roots of the graph.

use http::{HeaderMap, Uri};

use super::{Answer, Function, Node, Param, Place, Provide, StaticRef};
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

/// A route: what the table knows of it and what serves it.
#[derive(Debug)]
pub struct RouteRecord {
    /// What the routing table needs.
    pub meta: RouteMeta,
    /// What the handler depends on.
    pub params: &'static [Param],
    /// How it is called.
    pub call: HandlerCall,
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

impl RouteRecord {
    /// A handler without options, whose function stands where this is called.
    ///
    /// Generated code calls this: the compiler takes less time for a call than for a literal of all that is in a record.
    #[allow(clippy::too_many_arguments, reason = "generated code calls it")]
    #[track_caller]
    #[must_use]
    pub const fn here(
        method: &'static str,
        path: &'static str,
        segments: &'static [Segment],
        name: &'static str,
        params: &'static [Param],
        call: HandlerCall,
        answer: Answer,
    ) -> Self {
        Self::new(RouteMeta::here(method, path, segments, name), params, call, answer)
    }

    const fn new(meta: RouteMeta, params: &'static [Param], call: HandlerCall, answer: Answer) -> Self {
        Self { meta, params, call, answer, sequential: false, detached: false, body_limit: None, docs: Docs::NONE }
    }

    /// The handler's function.
    #[must_use]
    pub const fn function(&self) -> Function {
        Function { name: self.meta.name, place: self.meta.place, ..Function::ITSELF }
    }

    /// A route of the framework's own, which no documentation lists; its arguments are [`Args::page`].
    #[must_use]
    pub const fn page(meta: RouteMeta, call: for<'r> fn(Args<'r>) -> Response) -> Self {
        static PARAMS: [Param; 2] = [
            Param::shared("uri", "Uri", <Uri as Provide<()>>::NODE, true),
            Param::shared("headers", "HeaderMap", <HeaderMap as Provide<()>>::NODE, true),
        ];
        Self {
            docs: Docs { hidden: true, ..Docs::NONE },
            ..Self::new(meta, &PARAMS, HandlerCall::Inline(call), Answer::DONE)
        }
    }

    /// A route that answers with an empty response: for tables that are built without macros.
    #[doc(hidden)]
    #[must_use]
    pub const fn bare(meta: RouteMeta) -> Self {
        fn call(_: Args<'_>) -> Response {
            Response::default()
        }
        Self::new(meta, &[], HandlerCall::Inline(call), Answer::DONE)
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
