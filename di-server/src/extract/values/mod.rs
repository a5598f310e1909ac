//! How does text under names become a Rust value?
//!
//! A query string, a form, headers, cookies and a path's parameters are one thing to serde: names with text under them. One
//! deserializer reads all of them, and the type that is asked for decides how:
//!
//! | the type | is read from |
//! |---|---|
//! | a scalar: number, `bool`, `char`, `String`, an enum without data, a type parsed from text | what has the parameter's name |
//! | a list: `Vec`, a set, an array | all that has the parameter's name, in order |
//! | a struct | what has its fields' names; a field may be a scalar, a list or an `Option` of one |
//! | a map | everything, by name |
//! | a newtype | whatever its inner type is read from |
//! | a tuple | of a path: its parameters by position; elsewhere as a list of that length |
//!
//! What takes whatever there is, such as an enum with data or a decimal number, is read by name if there is something of the parameter's
//! name, and as a map otherwise, which is what an internally tagged enum wants; if it is no map, the parameter is missing. serde shows
//! the fields of such enums, of untagged ones and of `#[serde(flatten)]` to their types as text only, so there a number needs a
//! `deserialize_with`.
//!
//! | module | answers |
//! |---|---|
//! | [`place`] | what is there under a name, or under all of them? |
//! | [`root`] | is this type read by name or by field? |
//! | [`fields`] | how does a struct see what is there? |
//! | [`value`], [`text`] | how does one value become a scalar? |
//! | [`collect`], [`placeholder`] | which other fields are wrong, after the first? |
//! | [`error`] | what is wrong, in words? |

mod collect;
mod error;
mod fields;
mod place;
mod placeholder;
mod root;
mod scalar;
mod text;
mod value;

use std::borrow::Cow;

use di_core::{
    describe::{Operation, Subject},
    graph::{Rejection, Source},
};
use serde::de::DeserializeOwned;

use self::{collect::Trace, value::Habit};
pub(crate) use self::{
    error::clip,
    place::{Place, cookies},
};
#[cfg(feature = "multipart")]
pub(crate) use self::{
    place::{Part, PartValue},
    value::{FILE, Offer},
};

/// Reads a `T` from `place`, by `name` if it is a scalar or a list.
///
/// # Errors
///
/// All that is missing and all that is invalid; [`Rejection::is_absent`] if there is nothing at all for `T`.
pub(super) fn read<T: DeserializeOwned>(place: Place<'_>, name: &'static str) -> Result<T, Rejection> {
    let trace = Trace::default();
    match root::attempt(place, name, &trace) {
        Ok(value) => Ok(value),
        Err(error) => Err(collect::rejection::<T>(place, name, error, trace)),
    }
}

/// The one text under `name`, or why it is not one; of cookies the first counts.
pub(super) fn named<'r>(place: Place<'r>, name: &str) -> Option<Result<Cow<'r, str>, &'static str>> {
    let values = place.named(name)?;
    if !values.rest.is_empty() && values.habit != Habit::Cookie {
        return Some(Err("is given more than once"));
    }
    Some(values.first.map_err(|_| "is not UTF-8"))
}

/// Describes a parameter that is a `T`. Where it has no schema of its own, serde tells: which kind of text a scalar is, and
/// which fields a struct looks for and misses in an `empty` place.
pub(super) fn describe<T: DeserializeOwned>(
    source: Source,
    empty: Option<Place<'_>>,
    mut subject: Subject,
    operation: &mut Operation,
) {
    let mut fields = Vec::new();
    if subject.schema.is_any() {
        match (scalar::schema::<T>(), empty) {
            (Some(schema), _) => subject.schema = schema,
            (None, Some(empty)) => fields = collect::fields::<T>(empty, subject.name),
            (None, None) => {}
        }
    }
    operation.parameter(source, subject);
    if let Some(parameter) = operation.parameters.last_mut() {
        parameter.fields = fields;
    }
}
