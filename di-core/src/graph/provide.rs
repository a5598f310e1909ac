//! The traits that attributes implement: they make an edge of the graph a question to the compiler.

use super::{NodeRef, RouteRef};

/// `Self` can be had in the container `C`: a provider's type, or an extractor.
///
/// Implemented by `#[provider]`, `#[derive(Provider)]` and `#[derive(Container)]`; `K` is a qualifier that tells two
/// providers of one type apart.
#[diagnostic::on_unimplemented(
    message = "nothing provides `{Self}` in `{C}`",
    label = "no provider for `{Self}`",
    note = "help: write one, `#[provider] fn name(..) -> {Self}`, or make it a field of the container marked `#[container(input)]`"
)]
pub trait Provide<C, K = ()>: Sized + 'static {
    /// What its provider fails with; [`Infallible`](std::convert::Infallible) when it cannot fail.
    type Error: 'static;
    /// The provider.
    const NODE: NodeRef;
}

/// The container `Self` has a field of type `T`.
///
/// Implemented by `#[derive(Container)]`.
#[diagnostic::on_unimplemented(
    message = "`{T}` is a singleton, but `{Self}` has no field for it",
    label = "no field of `{Self}` has this type",
    note = "help: add a field of type `{T}` to `{Self}`"
)]
pub trait Holds<T> {
    /// The field's offset in bytes.
    const OFFSET: usize;
}

/// `Self` is the type beside a handler function: `table!` and `routes!` list it.
///
/// Implemented by `#[get]` and its like.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "not a handler",
    note = "help: put `#[get(\"/path\")]`, or another method's attribute, on the function"
)]
pub trait Handler {
    /// The container that its dependencies are found in.
    type Container;
    /// The route.
    const ROUTE: RouteRef;
}

/// A `Result`, whatever alias it was written by.
pub trait IsResult {
    /// Its error.
    type Error;
}

impl<T, E> IsResult for Result<T, E> {
    type Error = E;
}
