//! What can a handler answer with?
//!
//! Whatever is [`IntoResponse`](crate::IntoResponse): what the signature names is what is sent.
//!
//! | returned | is sent as |
//! |---|---|
//! | `&'static str`, `String`, `Box<str>`, `Cow<'static, str>` | text |
//! | [`Json<T>`](crate::Json) | JSON |
//! | [`View<T>`] | of any value, what `T` declares, as JSON |
//! | [`Html<T>`] | HTML |
//! | `Bytes`, `Vec<u8>`, `Box<[u8]>`, `[u8; N]`, `&'static [u8]` | `application/octet-stream` |
//! | [`Redirect`] | 303, 307 or 308 with `Location` |
//! | [`Created<T>`] | 201 with `T`, and with `Location` if that is told |
//! | [`Accepted<T>`] | 202 with `T` |
//! | [`NoContent`] | 204 |
//! | [`StreamBody`] | the pieces of a stream, as they come |
//! | [`Ndjson<T>`] | the items of a stream as JSON, one a line |
//! | `Csv<T>` | the items of a stream as rows; with the feature `csv` |
//! | [`Sse`] | server-sent events |
//! | `File` | a file, or what of it is asked for; with the feature `files`, as `Directory` is |
//! | [`Tagged<T>`] | `T` with its version, or a 304 to who has it |
//! | `StatusCode` | a status without a body; from 400, a problem document |
//! | [`Problem`](crate::Problem) | a problem document |
//! | `Option<T>` | `T`, or a 404 |
//! | `Result<T, E>` | `T` or `E`; an `E` that is only an error is an opaque 500 |
//!
//! # What clients get to see
//!
//! A handler sends the fields of the type that it names, and no others: what is not for clients is kept from them by a type
//! that does not have it. The compiler sees to it that each field comes from somewhere:
//!
//! ```
//! use di_server::prelude::*;
//!
//! pub struct User {
//!     name: String,
//!     password_hash: String,
//! }
//!
//! #[derive(serde::Serialize)]
//! struct UserOut {
//!     name: String,
//! }
//!
//! impl From<User> for UserOut {
//!     fn from(user: User) -> Self {
//!         Self { name: user.name }
//!     }
//! }
//!
//! async fn me() -> Json<UserOut> {
//!     let user = User { name: "Ada".into(), password_hash: "..".into() };
//!     Json(user.into())
//! }
//! ```
//!
//! Where a value has no type of its own, or one of somebody else's, [`View`] takes from it what a type declares. Fields that are
//! not to be sent when they are `None`, or have their default, are serde's: `#[serde(skip_serializing_if = "Option::is_none")]`.
//!
//! # Streams
//!
//! A stream is any [`Stream`](futures_core::Stream) that is `Send`; [`generate`] makes one of an asynchronous function. It is
//! polled as fast as the client takes what it gives and no faster, and dropped as soon as the client goes away: also one that
//! never waits. It may own what the request has built: ask for a [`Held<T>`](crate::Held), which is torn down after it.
//!
//! The status has been sent when a stream begins. If it fails then, the connection is closed (or the HTTP/2 stream reset),
//! which is how a client learns that what it has got is not the whole; the error and its sources are in the log.
//! `wait_for_first` has the status wait for the first piece, so that what fails at once is a 500.
//!
//! # Status and headers
//!
//! A tuple sets them on what it ends in: first a status, if there is one, then up to six sets of headers. A set is a
//! `HeaderMap` or an array of pairs, of whatever names and values can be made of, and an `Option` of one.
//!
//! ```
//! use di_server::prelude::*;
//!
//! fn note() -> (StatusCode, [(HeaderName, &'static str); 1], Json<u8>) {
//!     (StatusCode::ACCEPTED, [(header::RETRY_AFTER, "2")], Json(7))
//! }
//!
//! let response = note().into_response();
//! assert_eq!(response.status(), 202);
//! assert_eq!(response.headers()["retry-after"], "2");
//! assert_eq!(response.headers()["content-type"], "application/json");
//! ```
//!
//! What is none of a handler's business, such as a provider's, sets them on [`ResponseParts`]; cookies are set on [`Cookies`].
//!
//! A header that is set takes the place of one that is there, so that each is sent once; a set that lists one name twice
//! sends it twice. What cannot be in a header, such as a line break, is left out and logged.

mod accepted;
mod attachment;
mod conditional;
mod cookies;
mod created;
#[cfg(feature = "files")]
mod files;
mod html;
mod no_content;
mod parts;
mod redirect;
mod sse;
mod stream;
mod view;

#[cfg(feature = "secure-cookies")]
pub use self::cookies::CookieKey;
#[cfg(feature = "files")]
pub use self::files::{Directory, File};
#[cfg(feature = "csv")]
pub use self::stream::Csv;
pub use self::{
    accepted::Accepted,
    attachment::Attachment,
    conditional::{ETag, Preconditions, Tagged},
    cookies::{Cookies, SetCookie},
    created::Created,
    html::Html,
    no_content::NoContent,
    parts::ResponseParts,
    redirect::Redirect,
    sse::{Event, Sse},
    stream::{Ended, Generated, IntoItem, Ndjson, Out, Piece, StreamBody, generate},
    view::View,
};
