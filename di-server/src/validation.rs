//! Is what was read as it should be?
//!
//! A type that is `garde::Validate` is validated wherever it is read, without being asked.

use std::marker::PhantomData;

#[cfg(feature = "garde")]
mod report;

/// Whether a `T` says how it is validated.
#[allow(missing_debug_implementations)]
pub struct ValidProbe<T>(PhantomData<T>);

#[cfg(not(feature = "garde"))]
impl<T> ValidProbe<T> {
    /// Nothing does, without a library for it.
    pub const VALIDATES: bool = false;
}

#[cfg(feature = "garde")]
pub use self::with_garde::NotValidated;

#[cfg(feature = "garde")]
mod with_garde {
    use di_core::graph::{Check, CheckWith, Rejection, RequestView};
    use garde::Validate;

    use super::{ValidProbe, report};
    #[cfg(feature = "multipart")]
    use crate::extract::MultipartForm;
    use crate::extract::{Cookie, Form, Header, Json, Path, Query, values::Place};

    /// A wrapper of a type that says how it is validated, whether or not that can be done.
    pub trait Validated {}

    impl<T: Validated> ValidProbe<T> {
        /// The answer where the bound holds.
        pub const VALIDATES: bool = true;
    }

    /// The answer where the bound does not hold.
    pub trait NotValidated {
        /// The answer.
        const VALIDATES: bool = false;
    }

    impl<T> NotValidated for ValidProbe<T> {}

    macro_rules! checked {
        ($($(#[$attr:meta])* $wrapper:ident => |$request:ident, $name:ident, $report:ident| $rejection:expr;)*) => {
            $(
                $(#[$attr])*
                impl<T: Validate> Validated for $wrapper<T> {}

                $(#[$attr])*
                impl<T: Validate<Context: Default>> Check for $wrapper<T> {
                    fn check(&self, $request: RequestView<'_>, $name: &'static str) -> Result<(), Rejection> {
                        self.0.validate().map_err(|$report| $rejection)
                    }
                }

                $(#[$attr])*
                impl<T: Validate<Context: 'static>> CheckWith for $wrapper<T> {
                    type Context = T::Context;

                    fn check_with(
                        &self,
                        context: &T::Context,
                        $request: RequestView<'_>,
                        $name: &'static str,
                    ) -> Result<(), Rejection> {
                        self.0.validate_with(context).map_err(|$report| $rejection)
                    }
                }
            )*
        };
    }

    checked! {
        Json => |request, _name, report| report::of_json(request.body, &report);
        Form => |request, name, report| report::of_form(request.body, name, &report);
        #[cfg(feature = "multipart")]
        MultipartForm => |_request, name, report| report::of_text(Place::Parts(&[]), name, &report);
        Query => |request, name, report| {
            report::of_text(Place::Query(request.parts.uri.query().unwrap_or_default()), name, &report)
        };
        Path => |request, name, report| report::of_text(Place::Path(request), name, &report);
        Header => |request, name, report| report::of_text(Place::Header(&request.parts.headers), name, &report);
        Cookie => |request, name, report| report::of_text(Place::Cookie(&request.parts.headers), name, &report);
    }
}
