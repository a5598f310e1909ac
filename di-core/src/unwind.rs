//! What does a panic leave to be done? User code may panic wherever it runs; what it throws may panic again when it is
//! dropped, and so may whoever listens to the log. None of that must keep the engine from what it has yet to do.

use std::{
    any::Any,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// What a panic has thrown.
pub type Panic = Box<dyn Any + Send>;

/// What a panic said.
pub fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&'static str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no message)")
}

/// Runs a drop; one that panics must not keep others from running.
#[inline]
pub fn guard(name: &str, drop: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(drop)) {
        dropped_badly(format_args!("what belongs to `{name}`"), panic);
    }
}

/// Says that the drop of `what` has panicked.
#[cold]
pub(crate) fn dropped_badly(what: fmt::Arguments<'_>, panic: Panic) {
    discard(panic);
    quietly(|| tracing::error!("dropping {what} panicked"));
}

/// Drops what a panic has thrown. What that throws in turn is forgotten: there may be no end to it.
pub fn discard(panic: Panic) {
    quietly(|| drop(panic));
}

/// What `run` returns, unless it panics.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).map_err(discard).ok()
}

/// Runs what may panic and has nobody to tell.
pub fn quietly(run: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
        std::mem::forget(panic);
    }
}
