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

/// Panics if the fault is one of parameter number `index`: each of these stands where its fault is to be reported.
///
/// # Panics
///
/// Panics with the fault's text; so do the others.
#[track_caller]
pub const fn at_param(fault: &Fault, index: usize) {
    if let At::Param(at) = fault.at
        && at == index
    {
        panic!("{}", fault.text.as_str());
    }
}

/// Panics if the fault is one of the function as a whole.
#[track_caller]
pub const fn at_function(fault: &Fault) {
    if let At::Whole = fault.at {
        panic!("{}", fault.text.as_str());
    }
}

/// Panics if the fault is one of what the function returns.
#[track_caller]
pub const fn at_value(fault: &Fault) {
    if let At::Value = fault.at {
        panic!("{}", fault.text.as_str());
    }
}

/// Panics if the fault is one of the error type.
#[track_caller]
pub const fn at_error(fault: &Fault) {
    if let At::Error = fault.at {
        panic!("{}", fault.text.as_str());
    }
}

/// Panics if the fault is one of the teardown.
#[track_caller]
pub const fn at_teardown(fault: &Fault) {
    if let At::Teardown = fault.at {
        panic!("{}", fault.text.as_str());
    }
}

pub(super) const fn located(text: Option<Text>, at: At) -> Option<Fault> {
    match text {
        Some(text) => Some(Fault { at, text }),
        None => None,
    }
}
