//! What does the framework itself provide, in any container?

use std::{convert::Infallible, marker::PhantomData};

use super::{Node, NodeRef, Provide, Scope};
use crate::scope::{Args, Build, Provider, SyncProvider, sync_call};

/// A request-scoped value that the framework brings.
#[doc(hidden)]
pub trait Brought: Sized + Send + 'static {
    /// Makes it, of what its node takes.
    fn bring(args: Args<'_>) -> Self;
}

/// The provider of a `T`.
struct Bring<T>(PhantomData<fn() -> T>);

impl<T: Brought> Provider for Bring<T> {
    type Value = T;
    type Error = Infallible;
}

impl<T: Brought> SyncProvider for Bring<T> {
    fn build(args: Args<'_>) -> Result<T, Infallible> {
        Ok(T::bring(args))
    }
}

impl Node {
    /// The node of a `T`: `ty` as users write it, provided by the function `name`.
    #[doc(hidden)]
    #[must_use]
    pub const fn brought<T: Brought>(ty: &'static str, name: &'static str) -> Self {
        Self::of_framework::<T>(ty, name, Scope::Request, Build::Sync(sync_call::<Bring<T>>()))
    }
}

/// What is validated with nothing has `()` as its context.
#[diagnostic::do_not_recommend]
impl<C> Provide<C> for () {
    type Error = Infallible;
    const NODE: NodeRef = {
        static NODE: Node = Node::brought::<()>("()", "nothing");
        NodeRef::new(&NODE)
    };
}

impl Brought for () {
    fn bring(_: Args<'_>) {}
}
