//! The traits that attributes implement: they make an edge of the graph a question to the compiler.

use std::marker::PhantomData;

use super::{Guarding, MISSING, NodeRef, Param, RouteRecord, RouteRef, TypeInfo};

/// `Self` can be had in the container `C`: a provider's type, or an extractor.
///
/// Implemented by `#[provider]`, `#[derive(Provider)]` and `#[derive(Container)]`.
///
/// A field of the container whose provider is missing is reported where it stands, and not again at each function that takes
/// it. So there may be an implementation for each of two `By`: the provider's, which is the default, and the field's. What needs
/// the provider asks for that. A parameter asks for either: it leaves `By` open, to be inferred from the literal that it
/// hands to [`either`]. Where there is one implementation, that decides; where there are two, nothing does, and the literal is
/// an [`i32`] in the end, which is the provider's.
#[diagnostic::on_unimplemented(
    message = "nothing provides `{Self}` in `{C}`",
    label = "no provider for `{Self}`",
    note = "help: write one, `#[provider] fn name(..) -> {Self}`; a struct whose fields can all be had derives it, `#[derive(Provider)]`",
    note = "help: for one value in the whole application write `#[provider(singleton)]` and make it a field of `{C}`, or hand it over in a field marked `#[container(input)]`",
    note = "help: to read it from the request write `Json<{Self}>`, `Form<{Self}>`, `Query<{Self}>` or `Path<{Self}>`"
)]
pub trait Provide<C, By = ByProvider>: Sized + 'static {
    /// What its provider fails with; [`Infallible`](std::convert::Infallible) when it cannot fail.
    type Error: 'static;
    /// The provider.
    const NODE: NodeRef;
    /// The same, for what leaves `By` open.
    const EDGE: Edge<By> = Edge::to(Self::NODE);
}

/// Of an implementation of [`Provide`]: there is a provider.
pub type ByProvider = i32;
/// Of an implementation of [`Provide`]: the container has a field for it, whether or not there is a provider.
pub type ByField = u8;
/// Of an implementation of [`Provide`] that nothing asks for. Each field of a `Holder` has one, because of a type with a single
/// other implementation the compiler would say, where the provider is missing, which one that is.
pub type ByNobody<Holder, const INDEX: usize> = (Holder, [(); INDEX]);

/// What a parameter depends on, as one of two implementations says; and the offset of the field, if it is the field's.
#[derive(Debug)]
pub struct Edge<By> {
    node: NodeRef,
    offset: usize,
    by: PhantomData<By>,
}

impl<By> Edge<By> {
    const fn to(node: NodeRef) -> Self {
        Self { node, offset: 0, by: PhantomData }
    }
}

impl Edge<ByField> {
    /// An edge to the field at this offset, of which no provider is known here.
    #[must_use]
    pub const fn field(offset: usize) -> Self {
        Self { node: NodeRef::new(&MISSING), offset, by: PhantomData }
    }
}

/// The provider of what a parameter depends on; the literal `0` decides who says so.
#[must_use]
pub const fn either<By: Copy>(edge: Edge<By>, _: By) -> NodeRef {
    edge.node
}

/// A field of the container `C` has a provider: [`Provide`] in words of its own.
#[diagnostic::on_unimplemented(
    message = "nothing provides `{Self}` in `{C}`",
    label = "no provider for `{Self}`",
    note = "help: write one, `#[provider(singleton)] fn name(..) -> {Self}`",
    note = "help: or mark the field `#[container(input)]`, and hand the value to the builder; one that derives `ContainerPart` is marked `#[container(part)]`"
)]
pub trait ProvideField<C>: Sized {
    /// See [`Provide::NODE`].
    const NODE: NodeRef;
}

#[diagnostic::do_not_recommend]
impl<T: Provide<C>, C> ProvideField<C> for T {
    const NODE: NodeRef = T::NODE;
}

/// A trait that asks for what [`Provide`] asks, for a message of its own; `of T` names what `Self` is made of, which the message tells.
macro_rules! in_other_words {
    ($(#[$attribute:meta])* $name:ident $(of $part:ident)?) => {
        $(#[$attribute])*
        pub trait $name<$($part: ?Sized,)? C, By>: Sized {
            /// See [`Provide::EDGE`].
            const EDGE: Edge<By>;
        }

        #[diagnostic::do_not_recommend]
        impl<X: Provide<C, By>, $($part: ?Sized,)? C, By> $name<$($part,)? C, By> for X {
            const EDGE: Edge<By> = X::EDGE;
        }
    };
}

in_other_words! {
    /// A guard's type has a provider in the container `C`: [`Provide`] in words of its own.
    #[diagnostic::on_unimplemented(
        message = "nothing provides `{Self}` in `{C}`",
        label = "no provider for `{Self}`",
        note = "help: a guard is a type whose provider may refuse, `#[provider] fn name(..) -> Result<{Self}, E>`",
        note = "help: one that is a value, by `#[guard]`, is listed as a call that makes it, `guards = [name()]`, where `const fn name() -> {Self}`"
    )]
    ProvideGuard
}

in_other_words! {
    /// `Self`, which is a pointer to `T`, can be had in the container `C`: [`Provide`] in words of its own, since elsewhere what is
    /// shared is given out so.
    #[diagnostic::on_unimplemented(
        message = "nothing provides `{Self}` in `{C}`",
        label = "no provider for `{Self}`",
        note = "help: what is shared is borrowed, and its owner is the application or the request: take `&{T}`, which is what its provider returns",
        note = "help: to share it with what outlives the request provide the pointer itself, `#[provider] fn name(..) -> {Self}`"
    )]
    ProvidePointer of T
}

in_other_words! {
    /// `Self`, which is an `Option` of `T` and borrowed, can be had in the container `C`: [`Provide`] in words of its own, since what
    /// was meant is hardly ever that.
    #[diagnostic::on_unimplemented(
        message = "nothing provides `{Self}` in `{C}`",
        label = "no provider for `{Self}`",
        note = "help: for what may be absent take an option of a reference, `Option<&{T}>`"
    )]
    ProvideOption of T
}

in_other_words! {
    /// `Self`, of which a function takes a reference if there is one, can be had in the container `C`: [`Provide`] in words of its own,
    /// since it is not its provider that says that there may be none.
    #[diagnostic::on_unimplemented(
        message = "nothing provides `{Self}` in `{C}`",
        label = "no provider for `{Self}`",
        note = "help: write one, `#[provider] fn name(..) -> {Self}`; a struct whose fields can all be had derives it, `#[derive(Provider)]`",
        note = "help: it takes as if it were there what may be absent, such as `token: Bearer`: where that is, `Option<&{Self}>` is `None`",
        note = "help: what returns `Option<{Self}>` provides that: take it as it is, `&Option<{Self}>`"
    )]
    ProvideOptional
}

in_other_words! {
    /// `Self`, which is a file of a form or several, can be had in the container `C`: [`Provide`] in words of its own, since elsewhere
    /// a file is a parameter by itself.
    #[diagnostic::on_unimplemented(
        message = "a file is a field of a form, and no parameter by itself",
        label = "no provider for `{Self}`",
        note = "help: take the form, `form: MultipartForm<Upload>`, and write its fields, `#[derive(Deserialize)] struct Upload {{ name: {Self} }}`"
    )]
    ProvideFile
}

in_other_words! {
    /// `Self`, which is a request, can be had in the container `C`: [`Provide`] in words of its own, since elsewhere it is a parameter.
    #[diagnostic::on_unimplemented(
        message = "nothing provides `{Self}` in `{C}`",
        label = "no provider for `{Self}`",
        note = "help: take what is needed of the request: `&Method`, `&Uri`, `&HeaderMap`, `Json<T>`, ..",
        note = "help: for the whole of it, to be handed on, take `request: di_server::extract::Forward`, which is one by `into_request()`"
    )]
    ProvideRequest
}

/// `Self` can be had in the container `C` under the name `K`, a type that tells several of one type apart.
///
/// Implemented by `#[provider(name = K)]` and `#[container(name = K)]`. A trait of its own, for a message of its own; and
/// with the name in front, so that a crate which owns neither the type nor the container may implement it for a name
/// of its own.
#[diagnostic::on_unimplemented(
    message = "nothing provides `{Self}` named `{K}` in `{C}`",
    label = "no provider for `{Self}` of this name",
    note = "help: write one, `#[provider(name = {K})] fn name(..) -> {Self}`",
    note = "help: for one value in the whole application add `singleton` and make it a field of `{C}`, marked `#[container(name = {K})]`"
)]
pub trait ProvideNamed<K, C, By = ByProvider>: Sized + 'static {
    /// What its provider fails with; [`Infallible`](std::convert::Infallible) when it cannot fail.
    type Error: 'static;
    /// The provider.
    const NODE: NodeRef;
    /// The same, for what leaves `By` open; see [`Provide`].
    const EDGE: Edge<By> = Edge::to(Self::NODE);
}

/// The container `C` has a field of type `Self`.
///
/// Implemented by `#[derive(Container)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a singleton, but `{C}` has no field for it",
    label = "no field of `{C}` has this type",
    note = "help: add a field of type `{Self}` to `{C}`, and `#[derive(Container)]` if that has none"
)]
pub trait HeldBy<C> {
    /// The field's offset in bytes.
    const OFFSET: usize;
}

#[diagnostic::do_not_recommend]
impl<T: Provide<C, ByField>, C> HeldBy<C> for T {
    const OFFSET: usize = T::EDGE.offset;
}

/// The container `C` has a field of type `Self` that is marked with the name `K`.
///
/// Implemented by `#[derive(Container)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` named `{K}` is a singleton, but `{C}` has no field for it",
    label = "no field of `{C}` has this type and this name",
    note = "help: add a field of type `{Self}` to `{C}`, marked `#[container(name = {K})]`"
)]
pub trait HeldNamed<K, C> {
    /// The field's offset in bytes.
    const OFFSET: usize;
}

#[diagnostic::do_not_recommend]
impl<T: ProvideNamed<K, C, ByField>, K, C> HeldNamed<K, C> for T {
    const OFFSET: usize = T::EDGE.offset;
}

/// The container `Self` includes the part `P`.
///
/// Implemented by `#[derive(Container)]` for a field marked `#[container(part)]`. A part's field that is not marked counts too: that is said at
/// the field, and not again by all that take what the part holds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not include the part `{P}`",
    label = "this needs the part `{P}` in `{Self}`",
    note = "help: add a field of type `{P}` to `{Self}`, marked `#[container(part)]`"
)]
pub trait HasPart<P> {
    /// The field's offset in bytes.
    const OFFSET: usize;
}

#[diagnostic::do_not_recommend]
impl<P: Provide<C, ByField>, C> HasPart<P> for C {
    const OFFSET: usize = P::EDGE.offset;
}

/// `Self` may be provided: it goes from thread to thread with its request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Send`, so it cannot be provided",
    label = "not `Send`: a request goes from one thread to another, with all that is built for it",
    note = "help: write `Arc<dyn Trait + Send + Sync>`, or `trait Trait: Send + Sync`; replace `Rc` in it by `Arc`, `RefCell` in an `Arc` by a lock; bound a type parameter, `T: Send`"
)]
pub trait IsSend: Sized + 'static {
    /// What a provider's record says of it.
    const INFO: TypeInfo;
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> IsSend for T {
    const INFO: TypeInfo = TypeInfo::of::<T>();
}

/// `&Self` may be lent to functions that run at the same time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Sync`, so it cannot be taken as `&{Self}`",
    label = "not `Sync`: functions that share it may run on several threads at the same time",
    note = "help: bound the type parameter, `T: Sync`, or take it as `&mut {Self}`, for one function at a time"
)]
pub trait IsSync {
    /// Asked for of what only its generics decide; else see [`SyncProbe`](super::SyncProbe).
    const SYNC: bool = true;
}

#[diagnostic::do_not_recommend]
impl<T: Sync + ?Sized> IsSync for T {}

/// `Self` is the type beside a handler function, whose dependencies are found in `C`: `table!` and `routes!` list it.
///
/// Implemented by `#[get]` and its like. `C` is a parameter, and no associated type, because it may be less visible than the
/// handler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "not a handler",
    note = "help: put `#[get(\"/path\")]`, or another method's attribute, on the function"
)]
pub trait Handler<C> {
    /// The route.
    const RECORD: RouteRecord;
    /// A pointer to it. It is made here and not beside each handler, because the compiler looks at each reference in a constant.
    const ROUTE: RouteRef = RouteRef::new(&Self::RECORD);
    /// The container, for comparison with a table's: that may be known by nothing else.
    const CONTAINER: HandlerOf<C> = HandlerOf::ANY;
}

/// A guard that is a value: `guards = [limit(10)]` lists what a `const fn` returns.
///
/// Implemented by `#[guard]` on an `impl` block, whose function `check` takes the guard as `&self` and what it depends on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a guard in `{C}`",
    label = "not a guard",
    note = "help: put `#[guard]` on an `impl` block of it with a function `check(&self, ..)`"
)]
pub trait Guard<C>: Send + Sync + 'static {
    /// What checks a request.
    const NODE: NodeRef;

    /// Asks that it is one, in a place that is never called: here, and not in the bounds of a function of ours first, because the
    /// compiler would quote them.
    #[doc(hidden)]
    fn __di_is_one(&self) {}
}

/// The parameter of a guard that is a value.
#[must_use]
pub const fn guard_value<C, G: Guard<C>>(ty: &'static str, guard: &'static G) -> Param {
    Param { guard: Some(Guarding::new(guard)), ..Param::run("", ty, G::NODE, None) }
}

/// `Self` is the type beside a job, whose dependencies are found in `C`: [`Application::run`](crate::Application::run) takes it.
///
/// Implemented by `#[job]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a job of `{C}`",
    label = "not a job of `{C}`",
    note = "help: put `#[job]` on the function; `#[job(container = {C})]` names its container, which otherwise is `App`"
)]
pub trait Job<C> {
    /// What it returns, or the value of the `Result` that it returns.
    type Output: Send + 'static;
    /// The error of the `Result` that it returns; [`Infallible`](std::convert::Infallible) if it returns none.
    type Error: Send + 'static;
    /// The job.
    const JOB: RouteRef;
}

/// Stands for the container of a handler or fragment.
#[derive(Debug)]
pub struct HandlerOf<C>(PhantomData<fn(C)>);

impl<C> HandlerOf<C> {
    /// Of whichever it is.
    pub(crate) const ANY: Self = Self(PhantomData);
}

/// A `Result`, whatever alias it was written by.
pub trait IsResult {
    /// Its value.
    type Value;
    /// Its error.
    type Error;
}

impl<T, E> IsResult for Result<T, E> {
    type Value = T;
    type Error = E;
}
