//! What does an operation say of itself?
//!
//! Types describe themselves: what is read from a request by [`Extract::describe`](crate::graph::Extract::describe), what a
//! handler or provider may answer by [`IntoResponse::describe`](crate::response::IntoResponse::describe). Nothing here runs
//! unless documentation is asked for; a handler costs one constant of a few words.
//!
//! Everything is plain data, which `di-server` makes a document of. Schemas of types are made by functions that this crate
//! only hands on ([`Schema::Of`]), so that it names no library for them.

use std::{any::Any, borrow::Cow};

use http::StatusCode;

use crate::graph::{PathShape, SecurityScheme, Source};

/// What is known of a value's shape.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Schema {
    /// Nothing.
    Any,
    /// A JSON Schema (2020-12), as JSON.
    Json(&'static str),
    /// That of a type: a function that asks whatever makes schemas for it.
    Of(SchemaFn),
    /// A problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
    Problem,
}

/// Asks a maker of schemas, whose type is its own affair, for the schema of a type.
pub type SchemaFn = fn(&mut dyn Any);

impl Schema {
    /// Text.
    pub const STRING: Self = Self::Json(r#"{"type":"string"}"#);
    /// Bytes, which have no schema: their media type says all.
    pub const BYTES: Self = Self::Json("{}");

    /// Whether nothing is known.
    #[must_use]
    pub const fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }
}

/// The value within has a schema: `Json<T>` for a `T` that has one.
///
/// Implemented for what wraps any type. Generated code asks where the type is concrete, so that nothing asks a user's
/// types to have one.
pub trait HasSchema {
    /// The schema.
    const SCHEMA: Schema;
}

/// What a handler or group adds to its operations.
#[derive(Debug, Clone, Copy)]
pub struct Docs {
    /// The doc comment.
    pub text: &'static str,
    /// The `operationId`; empty for the handler's name.
    pub id: &'static str,
    /// What operations are sorted by.
    pub tags: &'static [&'static str],
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// Whether it is left out.
    pub hidden: bool,
}

impl Docs {
    /// Nothing.
    pub const NONE: Self = Self { text: "", id: "", tags: &[], deprecated: false, hidden: false };
}

/// What a table knows of its document.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct TableDocs {
    /// The name and the version of the package that the table is written in; empty if it is in none.
    pub package: (&'static str, &'static str),
    /// What changes the document.
    pub describe: Option<fn(&mut dyn Any)>,
}

impl TableDocs {
    /// Nothing.
    pub const NONE: Self = Self { package: ("", ""), describe: None };

    /// That it is of the package with this name and version.
    #[must_use]
    pub const fn of_package(name: Option<&'static str>, version: Option<&'static str>) -> Self {
        match (name, version) {
            (Some(name), Some(version)) => Self { package: (name, version), ..Self::NONE },
            _ => Self::NONE,
        }
    }

    /// And that this changes the document.
    #[must_use]
    pub const fn described(self, describe: fn(&mut dyn Any)) -> Self {
        Self { describe: Some(describe), ..self }
    }
}

/// A parameter of a function that is about to describe itself: what its function knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// Its name.
    pub name: &'static str,
    /// Its doc comment.
    pub text: &'static str,
    /// Whether its absence refuses the request.
    pub required: bool,
    /// The schema of what it wraps.
    pub schema: Schema,
    /// What it asks of the path.
    pub path: PathShape,
}

/// What one operation takes and gives, beyond what its route says.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Operation {
    /// Parameters of path, query, headers and cookies, in the order in which they are met.
    pub parameters: Vec<Parameter>,
    /// What the body may be.
    pub bodies: Vec<Body>,
    /// Credentials.
    pub security: Vec<Security>,
    /// Responses.
    pub replies: Vec<Reply>,
    /// Headers of every success: name, description, schema.
    pub success_headers: Vec<(&'static str, &'static str, Schema)>,
}

/// A parameter, or a struct whose fields are parameters.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// What is described.
    pub subject: Subject,
    /// Where it is found: path, query, header or cookie.
    pub source: Source,
    /// The names of its fields and whether each is required, if that is known; otherwise the schema tells.
    pub fields: Vec<(Cow<'static, str>, bool)>,
}

/// One form of the request's body.
#[derive(Debug, Clone)]
pub struct Body {
    /// What is described.
    pub subject: Subject,
    /// The media type: `application/json`.
    pub media_type: &'static str,
}

/// Credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Security {
    /// How clients show them.
    pub scheme: &'static SecurityScheme,
    /// Whether a request without them is refused.
    pub required: bool,
}

impl Operation {
    /// A parameter of the path, the query, headers or cookies; what cannot be read is an entry of the request's 422.
    pub fn parameter(&mut self, source: Source, subject: Subject) -> &mut Self {
        self.parameters.push(Parameter { subject, source, fields: Vec::new() });
        self.invalid()
    }

    /// A form that the body may have.
    pub fn body(&mut self, media_type: &'static str, subject: Subject) -> &mut Self {
        self.bodies.push(Body { subject, media_type });
        self.refusal(StatusCode::REQUEST_TIMEOUT, "The body came too slowly.")
            .refusal(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.")
    }

    /// Credentials; a request without them is a 401.
    pub fn security(&mut self, scheme: &'static SecurityScheme, subject: Subject) -> &mut Self {
        self.security.push(Security { scheme, required: subject.required });
        self.refusal(StatusCode::UNAUTHORIZED, "The credentials are missing or not valid.")
    }

    /// A refusal with a problem document.
    pub fn refusal(&mut self, status: StatusCode, description: &'static str) -> &mut Self {
        self.replies.push(Reply::problem(status, description));
        self
    }

    /// The 422 that lists what is invalid.
    pub fn invalid(&mut self) -> &mut Self {
        self.refusal(StatusCode::UNPROCESSABLE_ENTITY, "An input is missing or invalid.")
    }
}

/// Which responses a description is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Those with this code.
    Code(StatusCode),
    /// Any success: which one is decided when the handler runs.
    Success,
    /// Any redirection: which one is decided when the handler runs.
    Redirection,
    /// Any other.
    Other,
}

impl Status {
    /// Whether it is a success (2xx).
    #[must_use]
    pub fn is_success(&self) -> bool {
        match self {
            Self::Code(code) => code.is_success(),
            Self::Success => true,
            Self::Redirection | Self::Other => false,
        }
    }
}

/// A response that an operation may give.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status.
    pub status: Status,
    /// When it is given, in a sentence.
    pub description: Cow<'static, str>,
    /// Its body, by media type; none if it has no body.
    pub content: Vec<(&'static str, Schema)>,
    /// Headers beside the usual ones: name, description, schema.
    pub headers: Vec<(&'static str, &'static str, Schema)>,
    /// Whether nothing is known of its body.
    pub open: bool,
}

impl Reply {
    /// A response without a body.
    pub fn new(status: StatusCode, description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: Status::Code(status),
            description: description.into(),
            content: Vec::new(),
            headers: Vec::new(),
            open: false,
        }
    }

    /// A response with a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
    pub fn problem(status: StatusCode, description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(status, description).content("application/problem+json", Schema::Problem)
    }

    /// This response, with a body of this media type.
    #[must_use]
    pub fn content(mut self, media_type: &'static str, schema: Schema) -> Self {
        self.content.push((media_type, schema));
        self
    }

    /// This response, with a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, description: &'static str, schema: Schema) -> Self {
        self.headers.push((name, description, schema));
        self
    }

    /// This response, of which nothing more is known.
    #[must_use]
    pub fn open(self) -> Self {
        Self { open: true, ..self }
    }

    /// This response, with another status.
    #[must_use]
    pub fn status(self, status: Status) -> Self {
        Self { status, ..self }
    }
}

/// What a type that is a response may be sent as.
#[derive(Debug, Clone)]
pub struct Replies {
    /// The responses so far.
    pub all: Vec<Reply>,
    /// Headers of every success of the operation: name, description, schema.
    pub success_headers: Vec<(&'static str, &'static str, Schema)>,
    schema: Schema,
    /// Whether what is described now is an error.
    of_error: bool,
}

impl Replies {
    /// None yet; `schema` is that of what is wrapped, if it has one.
    #[must_use]
    pub const fn new(schema: Schema) -> Self {
        Self { all: Vec::new(), success_headers: Vec::new(), schema, of_error: false }
    }

    /// The schema of what the type wraps, [`Schema::Any`] if it has none.
    #[must_use]
    pub const fn schema(&self) -> Schema {
        self.schema
    }

    /// Adds a response.
    pub fn push(&mut self, reply: Reply) -> &mut Self {
        self.all.push(reply);
        self
    }

    /// Adds a response of status 200 with a body.
    pub fn ok(&mut self, media_type: &'static str, schema: Schema) -> &mut Self {
        self.push(Reply::new(StatusCode::OK, "Success.").content(media_type, schema))
    }

    /// Adds a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
    pub fn problem(&mut self, status: StatusCode, description: impl Into<Cow<'static, str>>) -> &mut Self {
        self.push(Reply::problem(status, description))
    }

    /// Adds a header to every success of the operation: the way of the error of a guard that sets it on what it lets through.
    pub fn success_header(&mut self, name: &'static str, description: &'static str, schema: Schema) -> &mut Self {
        self.success_headers.push((name, description, schema));
        self
    }

    /// Adds what `describe` adds, changed by `change`: the way of types that set something on another's response.
    pub fn changed(&mut self, describe: impl FnOnce(&mut Self), change: impl Fn(Reply) -> Reply) -> &mut Self {
        let before = self.all.len();
        describe(self);
        let added: Vec<Reply> = self.all.drain(before..).map(change).collect();
        self.all.extend(added);
        self
    }

    /// Adds what `describe` adds, which knows nothing of what is wrapped.
    pub fn without_schema(&mut self, describe: impl FnOnce(&mut Self)) -> &mut Self {
        let schema = std::mem::replace(&mut self.schema, Schema::Any);
        describe(self);
        self.schema = schema;
        self
    }

    /// Adds what `describe` adds, which is an error: with a status that is decided when the handler runs it is no success.
    pub fn of_error(&mut self, describe: impl FnOnce(&mut Self)) -> &mut Self {
        let before = std::mem::replace(&mut self.of_error, true);
        describe(self);
        self.of_error = before;
        self
    }

    /// Whether what is being added is an error.
    pub(crate) fn is_of_error(&self) -> bool {
        self.of_error
    }

    /// Adds what nothing is known of.
    pub fn unknown(&mut self) -> &mut Self {
        self.push(Reply::new(StatusCode::OK, "Another response.").status(Status::Other).open())
    }

    /// Adds what `describe` adds, with a status that is decided when the handler runs.
    pub fn any_status(&mut self, describe: impl FnOnce(&mut Self)) -> &mut Self {
        if self.of_error {
            return self.changed(describe, |reply| Reply {
                status: Status::Other,
                description: "Another response.".into(),
                ..reply
            });
        }
        self.changed(describe, |reply| reply.status(Status::Success)).unknown()
    }
}
