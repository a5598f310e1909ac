//! What can a handler or provider read from a request?
//!
//! Whatever it declares as a parameter of one of these types; what the compiler cannot check, such as that `?limit=ten` is
//! no number, becomes an entry of the 422 that lists all invalid inputs of a request.
//!
//! | written | reads | absent when |
//! |---|---|---|
//! | [`Path<T>`] | the path's parameters | never |
//! | [`Query<T>`] | the query string | nothing there has its name, or a field's |
//! | [`Header<T>`] | headers | likewise |
//! | `TypedHeader<H>` (feature `typed-headers`) | a header whose grammar the crate `headers` knows | there is none |
//! | [`Cookie<T>`] | cookies | likewise |
//! | [`Json<T>`] | the body, as JSON | there is no body and no content type |
//! | [`Form<T>`] | the body, as a form | there is no body and no content type, or nothing there has its name, or a field's |
//! | `MultipartForm<T>`, `Multipart` (feature `multipart`) | the body, as a form with files | as of `Form`; there is no body and no content type |
//! | [`BodyStream`](crate::BodyStream), [`Body`](crate::Body) | the body, as it comes | never |
//! | `Bytes`, `String` | the body, whole | never |
//! | [`Bearer`] | the token in `Authorization` | there is none, or another scheme |
//! | [`Basic`] | user and password in `Authorization` | likewise |
//! | [`ApiKey<K>`] | a key in a header, the query or a cookie | nothing there has its name |
//! | [`LastEventId`] | the last event that a client of [`Sse`](crate::Sse) has got | it comes for the first time |
//! | [`ConnectInfo`] | the address that the connection comes from | never |
//! | [`MatchedPath`](crate::MatchedPath) | the path of the matched route, as written | in a fallback |
//! | [`Extension<T>`] | what a layer of tower has put into the request | none has |
//! | [`ClientAddr`] | the client's address behind [trusted proxies](crate::Settings::trusted_proxies) | never |
//!
//! `Option` of one is `None` when it is absent; what is there and malformed refuses the request all the same. A struct that can
//! be built of nothing, each of its fields being an `Option` or having a default, is never absent.
//!
//! Credentials ([`Bearer`], [`Basic`], [`ApiKey`]) come first: what reaches them, also in an `Option`, is resolved after the
//! guards and before everything else, so that nobody who is refused for them opens a transaction or has a body read.
//!
//! `Path`, `Query`, `Form`, `Header` and `Cookie` read any type that is `serde::Deserialize`: a scalar or a list by the parameter's
//! name, a struct by its fields' names. A struct's fields are checked together, so that a client learns of all that is
//! missing or wrong at once. A scalar that is given more than once is refused, but for cookies, where the first one counts;
//! a list takes all. A list that is not there is missing like anything else: `Option<Query<Vec<T>>>`, or a struct's field
//! with `#[serde(default)]`, allows for none.
//!
//! A value may be empty: `?limit=` is there, and is no number.
//!
//! | in text | is |
//! |---|---|
//! | an integer | digits, with a sign or none, within the type's range |
//! | `f32`, `f64` | a number as Rust writes it; no infinity, no NaN |
//! | `bool` | `true`, `1`, `yes`, `on`, `t`, `y`, or `false`, `0`, `no`, `off`, `f`, `n`, in any case |
//! | `char` | one character |
//! | an enum without data | a variant's name, as serde renames it |

//!
//! # Validation
//!
//! With the feature `garde`, a value whose type is `garde::Validate` is validated as soon as it is read, without being asked:
//! that of `Json`, `Form`, `Query`, `Path`, `Header` and `Cookie`. What is wrong joins the request's 422, each with where it is:
//! the name, or in a body the JSON pointer, as the client wrote it. A context is `Default`, or a dependency of a `Valid<Json<T>>`. A generic provider validates
//! what its own bounds say is `Validate`. `garde::Unvalidated<T>` is not validated.
//!
//! An extractor of your own takes part by [`Check`](crate::graph::Check).

mod api_key;
mod basic;
mod bearer;
mod client_addr;
mod connect_info;
mod content_type;
mod cookie;
mod extension;
mod form;
mod forward;
mod header;
mod json;
mod json_error;
mod last_event_id;
#[cfg(feature = "multipart")]
mod multipart;
mod path;
pub(crate) mod pointer;
mod query;
mod security;
#[cfg(feature = "typed-headers")]
mod typed_header;
#[cfg(feature = "garde")]
mod valid;
pub(crate) mod values;
mod wrapper;

#[cfg(test)]
mod tests;

#[cfg(feature = "multipart")]
pub use self::multipart::{Multipart, MultipartError, MultipartField, MultipartForm, UploadFile};
#[cfg(feature = "typed-headers")]
pub use self::typed_header::TypedHeader;
#[cfg(feature = "garde")]
pub use self::valid::Valid;
pub use self::{
    api_key::{ApiKey, ApiKeyScheme},
    basic::{Basic, Realm, Restricted},
    bearer::Bearer,
    client_addr::ClientAddr,
    connect_info::ConnectInfo,
    cookie::Cookie,
    extension::Extension,
    form::Form,
    forward::Forward,
    header::Header,
    json::Json,
    last_event_id::LastEventId,
    path::{Path, PathParams},
    query::Query,
    security::{AnyToken, AuthScheme, BearerScheme, same_secret},
};
