//! Web services in the manner of FastAPI, checked by the Rust compiler.
//!
//! Handlers and providers are annotated functions; what they depend on are their parameters. The macros build the
//! dependency graph and the routing table, and `cargo check` rejects a missing provider, a cycle, a route conflict.
//!
//! ```no_run
//! use di_server::prelude::*;
//!
//! /// The application's singletons: one counter.
//! #[derive(Container)]
//! pub struct App {
//!     visits: Visits,
//! }
//!
//! #[derive(Default)]
//! pub struct Visits(std::sync::atomic::AtomicU64);
//!
//! #[provider(singleton)]
//! fn visits() -> Visits {
//!     Visits::default()
//! }
//!
//! #[get("/hello/{name}")]
//! async fn hello(name: Path<String>, visits: &Visits) -> String {
//!     let visit = visits.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
//!     format!("Hello, {}! You are visitor {visit}.\n", *name)
//! }
//!
//! static TABLE: Table<App> = table![hello];
//!
//! #[tokio::main]
//! async fn main() -> Result<(), di_server::Error> {
//!     let app = App::builder().build().await?;
//!     di_server::serve(app, &TABLE, "127.0.0.1:8000").await
//! }
//! ```
//!
//! | to | see |
//! |---|---|
//! | answer requests | [`#[get]`](macro@get) and its like, [`#[route]`](macro@route) |
//! | build what handlers depend on | [`#[provider]`](macro@provider), [`#[derive(Provider)]`](derive@Provider) |
//! | gather what several providers give | [`collection!`] |
//! | hold singletons | [`#[derive(Container)]`](derive@Container), [`#[derive(ContainerPart)]`](derive@ContainerPart) |
//! | read requests | [`extract`] |
//! | talk over websockets | `#[websocket]`, with the feature `websocket` |
//! | answer | [`respond`], [`IntoResponse`], [`Problem`] |
//! | route | [`table!`], [`routes!`], [`routing`] |
//! | link | [`RoutePath`]: `get_user::uri(42)`; [`uri!`] |
//! | serve | [`serve`](fn@serve), [`Server`], [`server`] |
//! | run outside of requests | [`#[job]`](macro@job), [`Application::run`] |
//! | test | [`testing`] |
//! | know who asks, and what for | [`security`] |
//! | limit how often a client asks | `rate_limit`, with the feature `rate-limit` |
//! | set limits | [`Settings`], [`server::Config`] |
//! | describe the application to those who call it | [`openapi`] |
//! | look at the dependency graph | [`Table::graph`], [`Graph`] |
//! | learn all of it, chapter by chapter | `guide`, in the documentation of all features |
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `tokio` | yes | serving on tokio; it is the executor of an application that names none |
//! | `smol` | no | serving on smol |
//! | `openapi` | yes | [`openapi`]: the application as an OpenAPI document |
//! | `docs` | no | pages that show the document: `docs("/docs")` in [`table!`] |
//! | `rate-limit` | no | `rate_limit`: limits of requests, as guards |
//! | `csv` | no | `Csv`, rows as a response |
//! | `files` | no | `File` and `Directory`, what lies on a disk as a response |
//! | `secure-cookies` | no | cookies that are signed or encrypted |
//! | `multipart` | no | `Multipart`, `MultipartForm` and `UploadFile`: forms with files |
//! | `decompression` | no | `decompress`: request bodies in gzip, deflate, brotli and zstd |
//! | `websocket` | no | `#[websocket]`: websockets as routes |
//! | `tls` | no | `server::tls`: the server speaks TLS |
//! | `typed-headers` | no | `TypedHeader`: headers of the crate `headers` |
//! | `uuid` | no | `Path<Uuid>`: UUIDs in paths |
//! | `test-server` | no | `TestClient::over_socket`: tests against the server, over a socket |
//! | `garde` | no | [validation](extract#validation) of inputs whose type is `garde::Validate` |
//!
//! Without `tokio` and `smol` an application names its executor ([`rt::Runtime`]) and is served by [`Server::serve_with`] on a
//! listener of its own, or as a [`tower_service::Service`](https://docs.rs/tower-service) by another server.

#[cfg(any(feature = "files", feature = "docs"))]
mod accept_encoding;
#[cfg(feature = "decompression")]
mod decompression;
mod error;
pub mod extract;
// Documentation alone, whose programs need every feature.
#[cfg(all(
    any(doc, doctest),
    feature = "tokio",
    feature = "smol",
    feature = "docs",
    feature = "rate-limit",
    feature = "csv",
    feature = "files",
    feature = "secure-cookies",
    feature = "multipart",
    feature = "decompression",
    feature = "typed-headers",
    feature = "garde",
    feature = "uuid",
    feature = "websocket",
))]
pub mod guide;
mod headers;
mod middleware;
#[cfg(feature = "openapi")]
pub mod openapi;
#[cfg(feature = "rate-limit")]
pub mod rate_limit;
pub mod respond;
mod runtime;
mod serve;
pub mod server;
pub mod testing;
mod uri;
mod validation;
#[cfg(feature = "websocket")]
pub mod websocket;

#[cfg(feature = "decompression")]
pub use self::decompression::decompress;
#[cfg(feature = "tokio")]
pub use self::serve::serve;
#[cfg(feature = "smol")]
pub use self::serve::smol;
pub use self::{
    error::Error,
    extract::*,
    middleware::{Middleware, MiddlewareService, Next, Request, middleware},
    respond::*,
    serve::{Server, Serving},
    testing::TestClient,
    uri::{PathValue, RoutePath},
};
#[doc = include_str!("docs/graph.md")]
pub use di_core::Graph;
pub use di_core::{
    Application, BackgroundTasks, Below, Blocking, Body, BodyDecoder, BodyError, BodyStream, BoxError, Container,
    ContainerPart, Context, Executor, GrantedScopes, InsufficientScope, InvalidNetwork, MatchedPath, Offload, Outcome,
    Overrides, Peer, Replacement, RequiredScopes, Routes, ScopeName, Scoped, SecurityScope, Service, Settings,
    Stopping, Table, TrustedProxies,
    graph::Rejection,
    response::{Asked, IntoResponse, IntoResponseParts, InvalidInput, Problem, Response, later},
    rt,
    scope::{BuildError, Fresh, Held, JobError, Lazy, Unfinished},
};
#[doc = include_str!("docs/api_error.md")]
pub use di_macros::ApiError;
#[doc = include_str!("docs/container.md")]
pub use di_macros::Container;
#[doc = include_str!("docs/container_part.md")]
pub use di_macros::ContainerPart;
#[doc = include_str!("docs/path_params.md")]
pub use di_macros::PathParams;
#[doc = include_str!("docs/derive_provider.md")]
pub use di_macros::Provider;
#[doc = include_str!("docs/any.md")]
pub use di_macros::any;
#[doc = include_str!("docs/collection.md")]
pub use di_macros::collection;
#[doc = include_str!("docs/fallback.md")]
pub use di_macros::fallback;
#[doc = include_str!("docs/handler.md")]
pub use di_macros::get;
#[doc = include_str!("docs/guard.md")]
pub use di_macros::guard;
#[doc = include_str!("docs/job.md")]
pub use di_macros::job;
#[doc = include_str!("docs/provider.md")]
pub use di_macros::provider;
#[doc = include_str!("docs/route.md")]
pub use di_macros::route;
#[doc = include_str!("docs/routes.md")]
pub use di_macros::routes;
#[doc = include_str!("docs/table.md")]
pub use di_macros::table;
// Without the feature it says that it is missing.
/// A handler for `DELETE`, otherwise as [`#[get]`](macro@crate::get).
pub use di_macros::delete;
/// A handler for `HEAD`, otherwise as [`#[get]`](macro@crate::get).
pub use di_macros::head;
/// A handler for `OPTIONS`, otherwise as [`#[get]`](macro@crate::get).
pub use di_macros::options;
/// A handler for `PATCH`, otherwise as [`#[get]`](macro@crate::get).
pub use di_macros::patch;
/// A handler for `POST`, otherwise as [`#[get]`](macro@crate::get).
pub use di_macros::post;
/// A handler for `PUT`, otherwise as [`#[get]`](macro@crate::get).
pub use di_macros::put;
#[cfg_attr(feature = "websocket", doc = include_str!("docs/websocket.md"))]
#[cfg_attr(not(feature = "websocket"), doc(hidden))]
pub use di_macros::websocket;
pub use {bytes, http};

/// The traits that attributes implement, by the names that the compiler's messages use.
pub mod graph {
    pub use di_core::{
        HasRuntime, InputsOf, PartFields, WithoutInputs,
        graph::{
            ByField, ByProvider, Check, CheckWith, Decorate, Edge, Extract, Guard, Handler, HandlerOf, HasPart, HeldBy,
            HeldNamed, Input, IsSend, IsSync, Job, Node, NodeRef, PathShape, Provide, ProvideField, ProvideFile,
            ProvideGuard, ProvideNamed, ProvideOption, ProvideOptional, ProvidePointer, ProvideRequest, ReadStream,
            RequestView, Source, guard_value,
        },
        layers::{GroupLayer, Stack},
        response::{AnswersItself, IsError},
        scope::{AsyncProvider, Provider, Takes, TeardownFn, TornDown, infallibly, map, teardown},
    };
}

#[doc = include_str!("docs/security.md")]
pub mod security {
    pub use di_core::graph::{Grant, KeyPlace, OAuthFlow, SchemeKind, SecurityScheme};
}

/// The rules of routing: grammar, precedence, conflicts.
pub mod routing {
    #[doc(inline)]
    pub use di_core::route::*;
}

/// What an application imports.
pub mod prelude {
    pub use crate::extract::*;
    #[cfg(feature = "openapi")]
    pub use crate::openapi::Documented;
    #[cfg(feature = "secure-cookies")]
    pub use crate::respond::CookieKey;
    #[cfg(feature = "csv")]
    pub use crate::respond::Csv;
    pub use crate::respond::{
        Accepted, Attachment, Cookies, Created, ETag, Event, Html, Ndjson, NoContent, Out, Preconditions, Redirect,
        ResponseParts, SetCookie, Sse, StreamBody, Tagged, View, generate,
    };
    #[cfg(feature = "files")]
    pub use crate::respond::{Directory, File};
    pub use crate::server::HostLabel;
    #[cfg(feature = "websocket")]
    pub use crate::websocket::{Message, WebSocket, WebSocketError};
    pub use crate::{
        ApiError, Application, BackgroundTasks, Body, BodyError, BodyStream, Container, ContainerPart, Context,
        Executor, Fresh, GrantedScopes, Held, IntoResponse, JobError, Lazy, MatchedPath, Outcome, PathParams, Problem,
        Provider, Rejection, RequiredScopes, Response, RoutePath, Routes, ScopeName, Scoped, SecurityScope, Settings,
        Table, TestClient, TrustedProxies, any, collection, delete, fallback, get, guard, head, job, options, patch,
        post, provider, put, route, routes, table, uri,
    };
    pub use bytes::Bytes;
    #[cfg_attr(not(feature = "websocket"), doc(hidden))]
    pub use di_macros::websocket;
    pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
}

/// What generated code names. Not public API.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "openapi")]
    pub use crate::openapi::__private as openapi;
    #[cfg(feature = "websocket")]
    pub use crate::websocket::WebSocketOptions;
    pub use crate::{
        runtime::DefaultRuntime,
        uri::{PathValue, RoutePath, full_uri, uri_of},
        validation::ValidProbe,
    };
    pub use di_core::__private::*;

    /// What answers a handler's probe where its bound does not hold, to be brought into scope without names.
    pub mod fallbacks {
        #[cfg(feature = "garde")]
        pub use crate::validation::NotValidated as _;
        pub use di_core::__private::fallbacks::*;
    }

    /// The same of any probe.
    pub mod all_fallbacks {
        #[cfg(feature = "garde")]
        pub use crate::validation::NotValidated as _;
        pub use di_core::__private::all_fallbacks::*;
    }
}
