//! How is an application described to those who call it?
//!
//! [`Table::openapi`](Documented::openapi) writes an [OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.1.html) document from what
//! the compiler knows of the routes: nothing is declared twice. It is put together when it is asked for, and costs
//! nothing before.
//!
//! | in the document | is from |
//! |---|---|
//! | path, method | the route, with the prefixes of its groups |
//! | `operationId` | `#[get("/", operation_id = "listUsers")]`, or the handler's name; with method and path where two have one |
//! | `summary`, `description` | the handler's doc comment: its first paragraph, and the others |
//! | `tags` | `#[get("/", tags = ["users"])]`, `group("/users", tags = ["users"], ..)` |
//! | `deprecated` | `#[deprecated]`, or `deprecated` in the attribute, `group("/v1", deprecated = true, ..)` |
//! | parameters | inputs of handler, guards and providers at every depth: once each, required if any use requires it |
//! | request body | `Json<T>` |
//! | responses | what the handler returns; what it, its guards and providers fail with; what inputs refuse with |
//! | security | `Bearer`, and whatever else describes itself as credentials |
//!
//! A handler marked `hidden` is left out, and so is all of a `group("/internal", hidden = true, ..)`.
//!
//! # Serving it, keeping it
//!
//! `openapi("/openapi.json")` in [`table!`](crate::table) serves the document, `docs("/docs")` a page that shows it (with the
//! feature `docs`). Both are routes like any other: a conflict is a compile error, and the guards of their group cover them.
//!
//! ```
//! use di_server::{openapi::OpenApi, prelude::*};
//!
//! #[derive(Container)]
//! struct App {}
//!
//! /// Says hello.
//! #[get("/hello")]
//! async fn hello() -> &'static str {
//!     "hello"
//! }
//!
//! fn describe(document: OpenApi) -> OpenApi {
//!     document.title("Greetings").server("https://example.com", "the one in use")
//! }
//!
//! static TABLE: Table<App> = table![hello, openapi("/openapi.json", describe)];
//!
//! // What is served, and what a copy in version control is compared with.
//! assert!(TABLE.openapi().to_json().contains("Greetings"));
//! ```
//!
//! Whether a change is one that callers notice is seen best in the difference of two documents: keep a copy, written by
//! an argument of your own (`cargo run -- --openapi > openapi.json`, see the example `openapi`), and compare it in a test.
//!
//! # Schemas
//!
//! A type that derives [`JsonSchema`] has a schema in the document; one that does not is served all the same, and is
//! described as far as serde tells. An application depends on [schemars](https://docs.rs/schemars) 1 for the derive.
//!
//! What a schema asks for beyond types, such as `#[schemars(range(max = 100))]`, is documented and not checked: that is the
//! handler's to do.
//!
//! # Types that describe themselves
//!
//! An error type says what it becomes:
//!
//! ```
//! use di_server::{openapi::Replies, prelude::*};
//!
//! enum ApiError {
//!     NotFound,
//!     NameTaken,
//! }
//!
//! impl IntoResponse for ApiError {
//!     fn into_response(self) -> Response {
//!         Problem::new(match self {
//!             Self::NotFound => StatusCode::NOT_FOUND,
//!             Self::NameTaken => StatusCode::CONFLICT,
//!         })
//!         .into_response()
//!     }
//!
//!     fn describe(replies: &mut Replies) {
//!         replies.problem(StatusCode::NOT_FOUND, "There is no such user.");
//!         replies.problem(StatusCode::CONFLICT, "The name is taken.");
//!     }
//! }
//! # let mut replies = Replies::new(di_server::openapi::Schema::Any);
//! # ApiError::describe(&mut replies);
//! # assert_eq!(replies.all.len(), 2);
//! ```
//!
//! One that says nothing is listed as `default`: any response. So is a `StatusCode`, which may be any.
//!
//! Credentials are any extractor that says so; everything that reaches it has them in the document:
//!
//! ```
//! use di_server::{graph::{Extract, RequestView, Source}, prelude::*, security::{KeyPlace, SecurityScheme}};
//! # use di_server::openapi::{Operation, Subject};
//!
//! struct ApiKey(String);
//!
//! impl Extract for ApiKey {
//!     const SOURCE: Source = Source::Security;
//!     const SECURITY: Option<&'static SecurityScheme> = Some(&SecurityScheme::api_key(KeyPlace::header("x-api-key")));
//!
//!     fn extract(request: RequestView<'_>, _name: &'static str) -> Result<Self, Rejection> {
//!         let key = request.parts.headers.get("x-api-key").and_then(|key| key.to_str().ok());
//!         let missing = || Rejection::refused(Problem::new(StatusCode::UNAUTHORIZED)).absent();
//!         key.map(|key| Self(key.to_owned())).ok_or_else(missing)
//!     }
//! }
//!
//! di_server::extractor!(ApiKey);
//! # let mut operation = Operation::default();
//! # let subject = Subject { name: "key", text: "", required: true, schema: di_server::openapi::Schema::Any,
//! #     path: di_server::graph::PathShape::None };
//! # ApiKey::describe(subject, &mut operation);
//! # assert_eq!(operation.security.len(), 1);
//! ```
//!
//! A wrapper of any type, such as `Json`, implements [`HasSchema`] where the type within is a [`JsonSchema`], and hands on
//! what it is given: `subject.schema` when it is read, [`Replies::schema`] when it is sent.

mod document;
#[cfg(feature = "docs")]
mod page;
mod parameters;
mod replies;
mod schemas;
mod security;
mod serve;
mod text;
mod walk;

use di_core::Table;
pub use di_core::describe::{
    Body, HasSchema, Operation, Parameter, Replies, Reply, Schema, SchemaFn, Security, Status, Subject,
};
#[doc(no_inline)]
pub use schemars::JsonSchema;

pub use self::{
    document::{OpenApi, OperationObject},
    schemas::schema,
};

/// What generated code names. Not public API.
#[doc(hidden)]
pub mod __private {
    pub use super::serve::{Describe, Served};
}

/// Something that can be described as an OpenAPI document: a [`Table`].
pub trait Documented {
    /// The document of all routes, which may be given a title, servers and so on.
    ///
    /// ```
    /// use di_server::prelude::*;
    ///
    /// #[derive(Container)]
    /// struct App {}
    ///
    /// /// Says hello.
    /// #[get("/hello/{name}")]
    /// async fn hello(name: Path<String>) -> String {
    ///     format!("Hello, {}!", *name)
    /// }
    ///
    /// static TABLE: Table<App> = table![hello];
    ///
    /// let document = TABLE.openapi().title("Greetings");
    /// assert!(document.to_json().contains(r#""summary": "Says hello""#));
    /// ```
    #[must_use]
    fn openapi(&self) -> OpenApi;
}

impl<C> Documented for Table<C> {
    fn openapi(&self) -> OpenApi {
        let mut document: Option<OpenApi> = Some(OpenApi::of(self.data(), self.docs().package));
        if let Some(describe) = self.docs().describe {
            describe(&mut document);
        }
        document.expect("what describes a document hands it back")
    }
}
