//! How does a client learn that it has something already, or that somebody else has changed it?
//!
//! A value has validators: an entity tag, the time of its last change. A request has preconditions on them
//! ([RFC 9110 §13](https://www.rfc-editor.org/rfc/rfc9110#section-13)).

mod etag;
mod preconditions;
mod tagged;

#[cfg(feature = "files")]
pub(super) use self::preconditions::{Validators, Verdict, evaluate, precondition_failed, range_applies};
pub use self::{etag::ETag, preconditions::Preconditions, tagged::Tagged};
