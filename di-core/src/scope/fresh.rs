//! How does a function get a value of its own of something that is shared?

use std::ops::{Deref, DerefMut};

/// A `T` that was built for this function alone, beside the one that the request shares; asked for like any dependency.
///
/// What its provider depends on is shared as ever. A type that is torn down cannot be had fresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fresh<T>(pub T);

impl<T> Deref for Fresh<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Fresh<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
