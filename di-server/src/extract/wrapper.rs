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

/// Has a type that implements [`Extract`](crate::graph::Extract) taken by value wherever a parameter is of it, in every container;
/// with its parameters, which are types that live for ever, if it is generic.
///
/// Credentials, headers and the like that many providers are to read are most often better a provider; this is for wrappers of any type, and for libraries.
///
/// ```
/// use di_server::{graph::{Extract, RequestView, Source}, prelude::*};
/// use serde::de::DeserializeOwned;
///
/// /// A JSON body, and the bytes that it was read from: for a signature over them.
/// struct Raw<T> {
///     bytes: Bytes,
///     value: T,
/// }
///
/// impl<T: DeserializeOwned + Send + 'static> Extract for Raw<T> {
///     const SOURCE: Source = Source::Body;
///
///     fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
///         let Json(value) = Json::<T>::extract(request, name)?;
///         Ok(Self { bytes: request.body.cloned().unwrap_or_default(), value })
///     }
/// }
///
/// di_server::extractor!(Raw<T>);
///
/// # #[derive(Container)]
/// # pub struct App {}
/// #[post("/hook")]
/// async fn hook(push: Raw<Vec<u32>>) -> String {
///     format!("{} of {} bytes", push.value.len(), push.bytes.len())
/// }
///
/// static TABLE: Table<App> = table![hook];
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), di_server::Error> {
/// let client = TestClient::new(App::builder().build().await?, &TABLE);
/// client.post("/hook").header("content-type", "application/json").body("[1, 2]").await.assert_text("2 of 6 bytes");
/// client.post("/hook").header("content-type", "application/json").body("[true]").await.assert_status(422);
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! extractor {
    ($name:ident $(<$($param:ident),+ $(,)?>)?) => {
        const _: () = {
            struct __DiNode<T>(::core::marker::PhantomData<fn() -> T>);

            impl<T: 'static> __DiNode<T> {
                const NODE: &'static $crate::graph::Node =
                    &$crate::graph::Node::input::<T>(concat!(stringify!($name) $(, "<", stringify!($($param),+), ">")?), "");
            }

            #[diagnostic::do_not_recommend]
            impl<AnyContainer $(, $($param: 'static),+)?> $crate::graph::Provide<AnyContainer> for $name $(<$($param),+>)? {
                type Error = $crate::Rejection;
                const NODE: $crate::graph::NodeRef = $crate::graph::NodeRef::new(__DiNode::<Self>::NODE);
            }
        };
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
pub(crate) use wrapper;
