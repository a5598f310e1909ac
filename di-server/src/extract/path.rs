//! How are the path's parameters read, and how does the compiler know which?

use std::{net, num};

use di_core::{
    describe::{Operation, Subject},
    graph::{Extract, PathShape, Rejection, RequestView, Source},
};
use serde::de::DeserializeOwned;

use super::{
    values::{self, Place},
    wrapper::wrapper,
};

wrapper! {
    /// Reads the path's parameters: a scalar by the parameter's name, a struct by its fields' names, a tuple by position.
    ///
    /// `{*rest}` is a parameter like any other, slashes included. Values are percent-decoded once. That the path has what
    /// is asked for is checked when the table is compiled.
    ///
    /// # Errors
    ///
    /// What is not of its type becomes an entry of the request's 422 with `"in": "path"`.
    ///
    /// # Examples
    ///
    /// In a handler of `/users/{id}/posts/{post}`:
    ///
    /// ```
    /// # use di_server::extract::{Path, PathParams};
    /// # fn is_path<T: PathParams>(_: fn(Path<T>)) {}
    /// fn one(id: Path<u64>) {}
    /// fn both(path: Path<(u64, String)>) {}
    /// # is_path(one);
    /// # is_path(both);
    /// ```
    Path,
    "`_` must be `serde::Deserialize` and `PathParams`; help: add `#[derive(serde::Deserialize, PathParams)]` to it, or ask for a number, `String` or a tuple of these; help: of another crate's type make a newtype, `#[derive(serde::Deserialize, PathParams)] #[path_params(scalar)] struct Name(_);`"
}

impl<T: PathParams + DeserializeOwned + Send + 'static> Extract for Path<T> {
    const SOURCE: Source = Source::Path;
    const PATH: PathShape = T::SHAPE;

    fn extract(request: RequestView<'_>, name: &'static str) -> Result<Self, Rejection> {
        if let PathShape::Scalar = T::SHAPE
            && let Some(value) = request.path_params().get(name).and_then(T::__di_plain)
        {
            return Ok(Self(value));
        }
        values::read(Place::Path(request), name).map(Self)
    }

    fn describe(subject: Subject, operation: &mut Operation) {
        values::describe::<T>(Source::Path, None, subject, operation);
    }
}

/// A type that a path's parameters can be read as, and which parameters it wants.
///
/// Implemented for scalars, strings, addresses and tuples; `#[derive(PathParams)]` implements it for a struct, by its
/// fields' names as serde renames them, for a newtype, as its inner type, and for an enum without data, as a scalar.
///
/// With the feature `uuid` it is implemented for `uuid::Uuid`. Any other type of another crate that is read from a single text, such as
/// a date, goes into a newtype that says so:
///
/// ```
/// use di_server::prelude::*;
///
/// # type Date = std::path::PathBuf;
/// #[derive(serde::Deserialize, PathParams)]
/// #[path_params(scalar)]
/// struct Day(Date);
/// ```
///
/// ```
/// use di_core::graph::PathShape;
/// use di_server::extract::PathParams;
///
/// // What the derive writes for `struct Post { user: u64, post: String }`:
/// struct Post {
///     user: u64,
///     post: String,
/// }
///
/// impl PathParams for Post {
///     const SHAPE: PathShape = PathShape::Fields(&["user", "post"]);
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a path",
    label = "not readable from a path",
    note = "help: add `#[derive(serde::Deserialize, PathParams)]` to `{Self}`; if it is another crate's and read from a single text, `#[path_params(scalar)]` to what wraps it"
)]
pub trait PathParams {
    /// The parameters that it wants.
    const SHAPE: PathShape;

    /// Reads a raw value that means just what it says, such as a number: a shortcut past serde, which is what refuses.
    #[doc(hidden)]
    #[must_use]
    fn __di_plain(_raw: &str) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}

macro_rules! integers {
    ($($ty:ty),* $(,)?) => {
        $(
            impl PathParams for $ty {
                const SHAPE: PathShape = PathShape::Scalar;

                #[inline]
                fn __di_plain(raw: &str) -> Option<Self> {
                    raw.parse().ok()
                }
            }
        )*
    };
}

integers! { i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize }

impl PathParams for String {
    const SHAPE: PathShape = PathShape::Scalar;

    fn __di_plain(raw: &str) -> Option<Self> {
        (!raw.as_bytes().contains(&b'%')).then(|| raw.to_owned())
    }
}

macro_rules! scalars {
    ($($ty:ty),* $(,)?) => {
        $(
            impl PathParams for $ty {
                const SHAPE: PathShape = PathShape::Scalar;
            }
        )*
    };
}

scalars! {
    bool, char, f32, f64, Box<str>,
    num::NonZeroI8, num::NonZeroI16, num::NonZeroI32, num::NonZeroI64, num::NonZeroI128, num::NonZeroIsize,
    num::NonZeroU8, num::NonZeroU16, num::NonZeroU32, num::NonZeroU64, num::NonZeroU128, num::NonZeroUsize,
    net::IpAddr, net::Ipv4Addr, net::Ipv6Addr, net::SocketAddr,
}

#[cfg(feature = "uuid")]
impl PathParams for uuid::Uuid {
    const SHAPE: PathShape = PathShape::Scalar;
}

macro_rules! tuples {
    ($($len:literal: $($t:ident)*),*) => {
        $(
            impl<$($t),*> PathParams for ($($t,)*) {
                const SHAPE: PathShape = PathShape::Tuple($len);
            }
        )*
    };
}

tuples! {
    1: A, 2: A B, 3: A B C, 4: A B C D, 5: A B C D E, 6: A B C D E F, 7: A B C D E F G, 8: A B C D E F G H
}
