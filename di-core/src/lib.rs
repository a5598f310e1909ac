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
mod bodies;
mod body;
pub mod describe;
pub mod graph;
mod outcome;
mod overrides;
mod parts;
mod picture;
mod pool;
pub mod response;
pub mod route;
pub mod rt;
pub mod scope;
mod service;
mod settings;
pub mod text;

pub use self::{
    app::{
        Application, Container, ContainerPart, HasRuntime, InputsOf, IsPartSupplied, IsSupplied, PartFields, Parts,
        Supplied,
    },
    background::BackgroundTasks,
    body::{Body, BoxError},
    outcome::Outcome,
    overrides::{Overrides, Replacement},
    picture::Graph,
    scope::Context,
    service::{Answer, Routes, Running, Service, Table},
    settings::Settings,
};

/// What generated code names. Not public API.
#[doc(hidden)]
pub mod __private {
    use std::marker::PhantomData;

    use crate::{Routes, Table};
    pub use crate::{
        app::{
            Building, Container, ContainerPart, HasRuntime, InputsOf, IsPartSupplied, IsSupplied, PartFields, Parts,
            Supplied,
        },
        describe::{Docs, Schema, TableDocs},
        graph::*,
        outcome::Outcome,
        overrides::Replacement,
        response::{IntoResponse, Response},
        route::{Draft, Group, Item, Part, RouteMeta, Segment, Sizes, TableData},
        rt::Runtime,
        scope::*,
    };

    /// What answers a probe where its bound does not hold, to be brought into scope without names.
    pub mod fallbacks {
        pub use crate::graph::{
            NoSchema as _, NotCloned as _, NotContext as _, NotDropped as _, NotError as _, NotFailing as _,
            NotInput as _, NotProvided as _, NotReported as _, NotResponse as _, NotSame as _,
        };
    }

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

    /// What a table takes of a fragment.
    #[must_use]
    pub const fn fragment<C>(routes: Routes<C>) -> (&'static [Item], HandlerOf<C>) {
        (routes.items(), HandlerOf(PhantomData))
    }
}
