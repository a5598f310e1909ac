//! What do all extractors have in common?
//!
//! Those that wrap a type are a tuple struct that dereferences to it. All are provided in every container, by an input
//! node: without a bound, so that a type that cannot be read is reported by the macro at the parameter, in its own words.

/// Defines the tuple struct of an extractor that wraps any type; `$requires` ends the message for one it cannot wrap.
macro_rules! wrapper {
    ($(#[$doc:meta])* $name:ident, $requires:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name<T>(pub T);

        impl<T> std::ops::Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> std::ops::DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }

        impl<T: 'static> $name<T> {
            // A static cannot be generic; a reference in an associated constant is promoted to one.
            const INPUT: &'static di_core::graph::Node =
                &di_core::graph::Node::input::<Self>(concat!(stringify!($name), "<_>"), $requires);
        }

        #[cfg(feature = "openapi")]
        impl<T: schemars::JsonSchema> di_core::describe::HasSchema for $name<T> {
            const SCHEMA: di_core::describe::Schema = $crate::openapi::schema::<T>();
        }

        #[diagnostic::do_not_recommend]
        impl<C, T: 'static> di_core::graph::Provide<C> for $name<T> {
            type Error = di_core::graph::Rejection;

            const NODE: di_core::graph::NodeRef = di_core::graph::NodeRef::new(Self::INPUT);
        }
    };
}

/// Provides an extractor that is not generic in every container.
macro_rules! input {
    ($name:ident) => {
        #[diagnostic::do_not_recommend]
        impl<C> di_core::graph::Provide<C> for $name {
            type Error = di_core::graph::Rejection;

            const NODE: di_core::graph::NodeRef = {
                static NODE: di_core::graph::Node = di_core::graph::Node::input::<$name>(stringify!($name), "");
                di_core::graph::NodeRef::new(&NODE)
            };
        }
    };
}

/// Provides credentials, whose parameter names their scheme, in every container; `$requires` as of [`wrapper`].
macro_rules! credentials {
    ($name:ident, $ty:literal, $requires:literal) => {
        impl<S: 'static> $name<S> {
            const INPUT: &'static di_core::graph::Node = &di_core::graph::Node::input::<Self>($ty, $requires);
        }

        #[diagnostic::do_not_recommend]
        impl<C, S: 'static> di_core::graph::Provide<C> for $name<S> {
            type Error = di_core::graph::Rejection;

            const NODE: di_core::graph::NodeRef = di_core::graph::NodeRef::new(Self::INPUT);
        }

        impl<S> std::fmt::Debug for $name<S> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

pub(super) use credentials;
pub(crate) use {input, wrapper};
