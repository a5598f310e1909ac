//! Which fields of a struct are wrong, beside the first?
//!
//! serde stops at the first error. So after one, the struct is read again with a placeholder in place of the field that
//! failed: a made-up value of the kind that the field asks for. The next error, if there is one, is about another field;
//! and so on until the struct can be built (it is dropped) or nothing new is found. A field that accepts no placeholder,
//! such as one parsed from a text of its own grammar, is left out instead. All present fields are then still found, but
//! serde sees a missing field only once it has passed those before it. Hence the limits, all harmless:
//!
//! - missing fields that come after a required one which refuses every placeholder go unreported until that is mended;
//! - in a list, the first wrong value is reported; in a tuple those that come before one which refuses every placeholder, and that;
//! - an error that names no field (`#[serde(try_from)]` on the struct, `#[serde(flatten)]`) ends the search.
//!
//! The work is bounded: by [`FIELDS`] and the placeholders there are, by [`WORK`], and there is none without an error.

use std::{borrow::Cow, cell::Cell};

use di_core::{graph::Rejection, response::InvalidInput};
use serde::de::DeserializeOwned;

use super::{
    error::{Error, Kind},
    place::Place,
    placeholder,
    root::attempt,
};

/// How many fields are reported at most.
const FIELDS: usize = 32;

/// How many values are looked at, over all tries, before no other is made: a request may have very many.
const WORK: usize = 8192;

/// What stands in for a field that has failed.
#[derive(Debug, Clone)]
pub(super) struct Patch {
    pub(super) field: String,
    attempt: usize,
}

impl Patch {
    /// The first for `field`; `map` says whether that is a key of a map.
    fn new(error: &Error, field: &str, map: bool) -> Self {
        // What a map holds, or a struct does not know, can be left out, which nothing refuses.
        let dispensable = error.kind == Kind::Unknown || (map && error.kind != Kind::Missing);
        Self { field: field.to_owned(), attempt: if dispensable { placeholder::ATTEMPTS } else { 0 } }
    }

    /// Which placeholder is tried.
    pub(super) fn attempt(&self) -> usize {
        self.attempt
    }

    /// Whether none was accepted.
    pub(super) fn is_omission(&self) -> bool {
        self.attempt >= placeholder::ATTEMPTS
    }
}

/// What is known of a type from reading it.
#[derive(Debug, Default)]
pub(super) struct Trace {
    fields: Cell<&'static [&'static str]>,
    by_field: Cell<bool>,
    by_position: Cell<bool>,
    present: Cell<bool>,
    anything: Cell<bool>,
    work: Cell<usize>,
    patches: Vec<Patch>,
}

impl Trace {
    /// Notes the type's fields, whether any of them is there, and how many values are.
    pub(super) fn see(&self, fields: &'static [&'static str], present: bool, values: usize) {
        self.work.set(self.work.get() + values);
        self.fields.set(fields);
        self.by_field.set(true);
        self.present.set(present);
    }

    /// Notes that the type takes whatever there is, and that nothing has the parameter's name.
    pub(super) fn see_anything(&self) {
        self.anything.set(true);
    }

    /// Whether the type takes whatever there is, and nothing has the parameter's name.
    pub(super) fn has_seen_anything(&self) -> bool {
        self.anything.get()
    }

    /// Notes that the type is read by name after all, since it could not be made of what all names have.
    pub(super) fn see_name(&self) {
        self.by_field.set(false);
        self.present.set(false);
    }

    /// Notes that the type is a tuple: what is left out of it would move all that follows.
    pub(super) fn see_tuple(&self) {
        self.by_position.set(true);
    }

    pub(super) fn patches(&self) -> &[Patch] {
        &self.patches
    }

    pub(super) fn patch(&self, field: &str) -> Option<&Patch> {
        self.patches.iter().find(|patch| patch.field == field)
    }

    /// Prepares the next try after `error`.
    fn learn(&mut self, error: &Error) -> Learned {
        let known = match &error.field {
            Some(field) => match self.patches.iter_mut().find(|patch| patch.field == *field) {
                Some(patch) => Some(patch),
                None => {
                    let map = self.fields.get().is_empty() && !self.by_position.get();
                    self.patches.push(Patch::new(error, field, map));
                    return Learned::Field;
                }
            },
            // Most likely the latest placeholder's fault, seen only by what was made of it.
            None => self.patches.last_mut(),
        };
        match known {
            Some(patch) if !patch.is_omission() => {
                patch.attempt += 1;
                if patch.is_omission() && self.by_position.get() { Learned::Nothing } else { Learned::Placeholder }
            }
            _ => Learned::Nothing,
        }
    }
}

/// What an error has told.
enum Learned {
    /// A field is wrong that was not known to be.
    Field,
    /// A placeholder was refused.
    Placeholder,
    Nothing,
}

/// The rejection for `first`, which reading a `T` came to, and for all that is wrong beside it.
pub(super) fn rejection<T: DeserializeOwned>(
    place: Place<'_>,
    name: &'static str,
    first: Error,
    mut trace: Trace,
) -> Rejection {
    let present = trace.present.get();
    let errors = collect(first, &mut trace, &|trace| attempt::<T>(place, name, trace).err());
    let absent = !present && errors.iter().all(|error| error.kind == Kind::Missing);
    let entries = entries(errors, place, name, &trace);
    let rejection = Rejection::invalid(entries);
    if absent { rejection.absent() } else { rejection }
}

/// The fields that a `T` looks for, and whether it misses them in a place where nothing is.
pub(super) fn fields<T: DeserializeOwned>(empty: Place<'_>, name: &'static str) -> Vec<(Cow<'static, str>, bool)> {
    let mut trace = Trace::default();
    let read = |trace: &Trace| attempt::<T>(empty, name, trace).err();
    let first = read(&trace);
    let errors = first.map(|first| collect(first, &mut trace, &read)).unwrap_or_default();
    let misses =
        |field: &str| errors.iter().any(|error| error.kind == Kind::Missing && error.field.as_deref() == Some(field));
    trace.fields.get().iter().map(|&field| (Cow::Borrowed(field), misses(field))).collect()
}

/// `first`, and the errors that `read` comes to with placeholders for the fields before.
///
/// Not generic, so that the search is compiled once.
fn collect(first: Error, trace: &mut Trace, read: &dyn Fn(&Trace) -> Option<Error>) -> Vec<Error> {
    let mut errors = Vec::new();
    let mut next = Some(first);
    while let Some(error) = next {
        match trace.learn(&error) {
            Learned::Field => errors.push(error),
            Learned::Placeholder => {}
            Learned::Nothing if errors.is_empty() => return vec![error],
            Learned::Nothing => break,
        }
        if errors.len() == FIELDS || trace.work.get() > WORK {
            break;
        }
        next = read(trace);
    }
    errors
}

/// The entries of the response, in the order in which the struct declares its fields, unknown names last.
fn entries(mut errors: Vec<Error>, place: Place<'_>, name: &'static str, trace: &Trace) -> Vec<InvalidInput> {
    let fields = trace.fields.get();
    let declared = |error: &Error| fields.iter().position(|field| error.field.as_deref() == Some(field));
    errors.sort_by_key(|error| declared(error).unwrap_or(fields.len()));
    let entry = |error: Error| {
        let field = error.field.clone();
        let name = match &field {
            // A whole body is pointed at by an empty pointer.
            None if trace.by_field.get() && place.location() == "body" => Cow::Borrowed(""),
            field => place.name(field.as_deref().unwrap_or(name)),
        };
        error.into_entry(place.location(), &name)
    };
    errors.into_iter().map(entry).collect()
}
