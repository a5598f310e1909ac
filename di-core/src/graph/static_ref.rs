//! How do constants of the graph point at each other?
#![allow(unsafe_code)]

use std::fmt;

/// A pointer to a `static`.
///
/// It is a raw pointer inside because rustc follows references held in constants, and a cycle of them is an error of its
/// own, unreadable, before ours can be reported.
pub struct StaticRef<T: 'static>(*const T);

impl<T> StaticRef<T> {
    /// Points at `target`.
    pub const fn new(target: &'static T) -> Self {
        Self(target)
    }

    /// Where the target lies.
    pub(super) const fn as_ptr(self) -> *const T {
        self.0
    }

    /// The target.
    #[must_use]
    pub const fn get(self) -> &'static T {
        // SAFETY: both constructors take a reference that is `'static`, to a `T` or to what is as good as a `()`.
        unsafe { &*self.0 }
    }
}

impl StaticRef<()> {
    /// Points at `target`, whose type is not told.
    pub(super) const fn erased<T>(target: &'static T) -> Self {
        Self(std::ptr::from_ref(target).cast())
    }
}

impl<T> Clone for StaticRef<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StaticRef<T> {}

// SAFETY: it is a `&'static T` in all but type.
unsafe impl<T: Sync> Send for StaticRef<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for StaticRef<T> {}

/// Says of a type that it is `Sync`, as its fields are: each is asked, and none can be left out.
///
/// The compiler would find that out by itself, but does so again for each `static` of the type, of which an application has one
/// for each of its functions; that takes it more time than to look at the `static`.
macro_rules! sync_by_fields {
    ($type:ident { $($field:ident),* $(,)? }) => {
        const _: fn(&$type) = |$type { $($field),* }| {
            const fn is_sync<T: Sync>(_: &T) {}
            $(is_sync($field);)*
        };
        // SAFETY: all that it has in it is `Sync`, see above.
        #[allow(unsafe_code)]
        unsafe impl Sync for $type {}
    };
}
pub(super) use sync_by_fields;

impl<T: fmt::Debug> fmt::Debug for StaticRef<T> {
    /// The address alone: a graph may be cyclic.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.0, f)
    }
}
