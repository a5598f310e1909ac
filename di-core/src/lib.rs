//! The part of `di` that names no runtime: the dependency graph, scopes, routing, requests and responses.
//!
//! Applications depend on `di-server`, which re-exports what they need of this crate.
//!
//! | module | answers |
//! |---|---|
//! | [`graph`] | what depends on what, and is that sound? |
//! | [`scope`] | how does a request get what its handler depends on? |
//! | [`route`] | which handler serves a path? |
//! | [`response`] | what may a handler return? |
//! | [`describe`] | what does an operation say of itself? |
//! | [`rt`] | what is needed of an executor? |

mod app;
mod background;
mod blocking;
mod bodies;
mod body;
mod body_stream;
pub mod describe;
mod distance;
mod executor;
pub mod graph;
pub mod layers;
mod matched;
mod offload;
mod outcome;
mod overrides;
mod parts;
mod picture;
mod pool;
mod proxies;
mod refusals;
pub mod response;
pub mod route;
pub mod rt;
pub mod scope;
mod security;
mod service;
mod settings;
mod stopping;
mod sync;
pub mod text;
#[doc(hidden)]
pub mod unwind;

#[doc(hidden)]
pub use self::distance::distance;
pub use self::{
    app::{Application, Container, ContainerPart, HasRuntime, InputsOf, PartFields, Parts, Supplied, WithoutInputs},
    background::BackgroundTasks,
    blocking::Blocking,
    body::{Body, BoxError},
    body_stream::{BodyError, BodyStream},
    executor::Executor,
    matched::MatchedPath,
    offload::Offload,
    outcome::Outcome,
    overrides::{Overrides, Replacement},
    picture::Graph,
    proxies::{InvalidNetwork, TrustedProxies},
    scope::Context,
    security::{GrantedScopes, InsufficientScope, RequiredScopes, ScopeName, Scoped, SecurityScope},
    service::{Below, Peer, Routes, Running, Service, ServiceFuture, Table},
    settings::{BodyDecoder, Settings},
    stopping::Stopping,
};

/// What generated code names. Not public API.
#[doc(hidden)]
pub mod __private {
    pub use std::{
        future::Future as Awaited,
        marker::Send as Sendable,
        option::Option::{None, Some},
    };

    pub use crate::graph::check::{at_error, at_function, at_param, at_teardown, at_value};
    use crate::{Routes, Table};
    pub use crate::{
        app::{Building, Container, ContainerPart, HasRuntime, InputsOf, PartFields, Parts, Supplied, WithoutInputs},
        describe::{Docs, Replies, Schema, TableDocs},
        graph::*,
        layers::{Around, GroupLayer, Stack},
        outcome::Outcome,
        overrides::Replacement,
        proxies::{InvalidNetwork, TrustedProxies},
        response::{AnswersItself, ApiErrors, ErrorDetail, ErrorEntry, ErrorResponse, IntoResponse, IsError, Response},
        route::{Draft, Group, Item, Part, RouteMeta, Segment, Sizes, TableData, at_element},
        rt::Runtime,
        scope::*,
        security::{GrantedScopes, Scoped, SecurityScope},
    };

    /// What answers a handler's probe where its bound does not hold, to be brought into scope without names. Each that is brought
    /// there costs the compiler time at each handler.
    pub mod fallbacks {
        pub use crate::graph::{
            NoFuture as _, NoSchema as _, NotChecked as _, NotCloned as _, NotError as _, NotFailing as _,
            NotInput as _, NotProvided as _, NotReported as _, NotResponse as _, NotResult as _, NotSame as _,
            NotSync as _,
        };
    }

    /// The same of any probe.
    pub mod all_fallbacks {
        pub use super::fallbacks::*;
        pub use crate::graph::{
            NotAPart as _, NotContainer as _, NotContext as _, NotDescribed as _, NotDropped as _, NotFragment as _,
            NotHandler as _, NotHeld as _, NotSent as _,
        };
        pub use crate::scope::AskedNothing as _;
    }

    /// A type by more tokens than its own, which may stand elsewhere.
    pub type Itself<T> = T;

    /// A table of handlers that all have the container `C`.
    #[must_use]
    pub const fn table<C, const N: usize>(
        data: TableData,
        _containers: [HandlerOf<C>; N],
        docs: TableDocs,
    ) -> Table<C> {
        Table::new(data, docs)
    }

    /// A fragment of handlers that all have the container `C`.
    #[must_use]
    pub const fn routes<C, const N: usize>(items: &'static [Item], _containers: [HandlerOf<C>; N]) -> Routes<C> {
        Routes::new(items)
    }

    /// A fragment in a table. What is none is of another type than the field, which says no more than that.
    #[derive(Debug)]
    pub struct Fragment<C> {
        pub routes: Routes<C>,
    }

    impl<C> Fragment<C> {
        /// What a table takes of it.
        #[must_use]
        pub const fn items(self) -> &'static [Item] {
            self.routes.items()
        }
    }

    /// The container that a function would say which is never called.
    #[must_use]
    pub const fn container_of<C>(_: fn() -> HandlerOf<C>) -> HandlerOf<C> {
        HandlerOf::ANY
    }
}
