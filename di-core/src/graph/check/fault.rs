//! What is found, and where is it reported?

use crate::text::Text;

/// Panics with `text`, if there is one, where it is called: the compiler reports an error there, without frames.
///
/// # Panics
///
/// Panics with `text`.
#[track_caller]
pub const fn fail(text: Option<Text>) {
    if let Some(text) = text {
        panic!("{}", text.as_str());
    }
}

/// What is wrong with a function: the first fault, and where it is reported.
#[derive(Debug)]
pub struct Fault {
    pub(super) at: At,
    pub(super) text: Text,
}

/// The part of a function that a fault is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    Param(usize),
    Whole,
    Value,
    Error,
    Teardown,
}

/// Panics if the fault is one of parameter number `index`, and else hands it on: each of these calls stands where its fault is to be
/// reported.
///
/// # Panics
///
/// Panics with the fault's text; so do the others.
#[must_use]
#[track_caller]
pub const fn at_param(found: Option<Fault>, index: usize) -> Option<Fault> {
    if let Some(Fault { at: At::Param(at), text }) = &found
        && *at == index
    {
        panic!("{}", text.as_str());
    }
    found
}

/// Panics if the fault is one of the function as a whole.
#[must_use]
#[track_caller]
pub const fn at_function(found: Option<Fault>) -> Option<Fault> {
    if let Some(Fault { at: At::Whole, text }) = &found {
        panic!("{}", text.as_str());
    }
    found
}

/// Panics if the fault is one of what the function returns.
#[must_use]
#[track_caller]
pub const fn at_value(found: Option<Fault>) -> Option<Fault> {
    if let Some(Fault { at: At::Value, text }) = &found {
        panic!("{}", text.as_str());
    }
    found
}

/// Panics if the fault is one of the error type.
#[must_use]
#[track_caller]
pub const fn at_error(found: Option<Fault>) -> Option<Fault> {
    if let Some(Fault { at: At::Error, text }) = &found {
        panic!("{}", text.as_str());
    }
    found
}

/// Panics if the fault is one of the teardown.
#[must_use]
#[track_caller]
pub const fn at_teardown(found: Option<Fault>) -> Option<Fault> {
    if let Some(Fault { at: At::Teardown, text }) = &found {
        panic!("{}", text.as_str());
    }
    found
}

pub(super) const fn located(text: Option<Text>, at: At) -> Option<Fault> {
    match text {
        Some(text) => Some(Fault { at, text }),
        None => None,
    }
}
