//! Web services in the manner of FastAPI, checked by the Rust compiler.

#[cfg(any(test, doctest))]
extern crate self as di_server;

mod error;
pub mod extract;
mod runtime;
mod serve;
pub mod server;

#[cfg(feature = "tokio")]
pub use self::serve::serve;
#[cfg(feature = "smol")]
pub use self::serve::smol;
pub use self::{error::Error, extract::*, serve::serve_with};
pub use di_core::{
    Application, Body, BoxError, Container, Outcome, Routes, Service, Settings, Table,
    graph::Rejection,
    response::{IntoResponse, IntoResponseParts, InvalidInput, Problem, Response},
    rt,
    scope::BuildError,
};
pub use di_macros::{
    Container, PathParams, Provider, delete, get, head, options, patch, post, provider, put, route, routes, table,
};
pub use {bytes, http};

/// What an application imports.
pub mod prelude {
    pub use crate::extract::*;
    pub use crate::{
        Application, Body, Container, IntoResponse, Outcome, PathParams, Problem, Provider, Rejection, Response,
        Routes, Settings, Table, delete, get, head, options, patch, post, provider, put, route, routes, table,
    };
    pub use bytes::Bytes;
    pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
}

/// What generated code names. Not public API.
#[doc(hidden)]
pub mod __private {
    pub use crate::runtime::DefaultRuntime;
    pub use di_core::__private::*;
}
