//! How does generated code ask whether a type implements a trait, without an error where it does not?
//!
//! An inherent constant under the bound wins over a blanket trait's constant of the same name. So exactly one place, the
//! assertion at the user's parameter, reports a missing implementation; all other generated code goes through here.
//! The answer is right where the type is concrete, or where a generic function's own bounds decide it.
#![allow(unsafe_code)]
// Whether a type implements `Drop` is what one of them asks.
#![allow(drop_bounds)]

use std::{
    cell::Cell,
    future::{Future, Pending},
    marker::PhantomData,
};

use http::StatusCode;

use super::{
    Check, Checked, ErrorInfo, Extract, Handler, HandlerOf, HeldBy, HeldNamed, Input, IsResult, MISSING, NodeRef,
    Provide, ProvideNamed, TypeInfo,
};
use crate::{
    app::{Container, ContainerPart},
    body::BoxError,
    describe::{HasSchema, Replies, Reply, Schema},
    response::{IntoResponse, Response, opaque},
    scope::{Context, Enter, Field, Slots},
    service::Routes,
};

macro_rules! probe {
    ($(#[$doc:meta])* $probe:ident<$($t:ident),+> where ($($bound:tt)+), $name:ident: $ty:ty = $yes:expr; else $fallback:ident = $no:expr) => {
        $(#[$doc])*
        #[allow(missing_debug_implementations)]
        pub struct $probe<$($t),+>(PhantomData<($($t,)+)>);

        impl<$($t),+> $probe<$($t),+> where $($bound)+ {
            /// The answer where the bound holds.
            pub const $name: $ty = $yes;
        }

        /// The answer where the bound does not hold.
        pub trait $fallback {
            /// The answer.
            const $name: $ty = $no;
        }

        impl<$($t),+> $fallback for $probe<$($t),+> {}
    };
}

probe! {
    /// The provider of `T` in `C`, or the node of what is missing.
    NodeProbe<T, C> where (T: Provide<C>), NODE: NodeRef = T::NODE;
    else NotProvided = NodeRef::new(&MISSING)
}

/// The provider of `T` named `K` in `C`, or the node of what is missing.
#[allow(missing_debug_implementations)]
pub struct NamedProbe<T, K, C>(PhantomData<(T, K, C)>);

impl<T: ProvideNamed<K, C>, K, C> NamedProbe<T, K, C> {
    /// The answer where the bound holds.
    pub const NODE: NodeRef = T::NODE;
}

impl<T, K, C> NotProvided for NamedProbe<T, K, C> {}

probe! {
    /// The offset of the field of type `T` in `C`, if there is one.
    FieldProbe<T, C> where (T: HeldBy<C>), OFFSET: Option<usize> = Some(T::OFFSET);
    else NotHeld = None
}

/// The offset of the field of type `T` in `C` that is marked with the name `K`, if there is one.
#[allow(missing_debug_implementations)]
pub struct NamedFieldProbe<T, K, C>(PhantomData<(T, K, C)>);

impl<T: HeldNamed<K, C>, K, C> NamedFieldProbe<T, K, C> {
    /// The answer where the bound holds.
    pub const OFFSET: Option<usize> = Some(T::OFFSET);
}

impl<T, K, C> NotHeld for NamedFieldProbe<T, K, C> {}

probe! {
    /// What a `T` tells of itself where it is sent as a response, or nothing.
    DescribeProbe<T> where (T: IntoResponse), DESCRIBE: fn(&mut Replies) = T::describe;
    else NotDescribed = |_| {}
}

/// Whether `T` is a part of containers; and what assembles it: there, that it is one has been asked where its fields are listed.
#[allow(missing_debug_implementations)]
pub struct PartProbe<T>(PhantomData<T>);

impl<T: ContainerPart> PartProbe<T> {
    /// Whether it is one.
    pub const IS_PART: bool = true;

    /// The part.
    #[must_use]
    pub fn assemble(slots: &mut Slots) -> T {
        T::__di_assemble(slots)
    }
}

/// What stands in where the bound does not hold.
pub trait NotAPart<T> {
    /// The answer.
    const IS_PART: bool = false;

    /// Nothing: it does not compile.
    #[must_use]
    fn assemble(_: &mut Slots) -> T {
        unreachable!("no part of a container has been compiled")
    }
}

impl<T> NotAPart<T> for PartProbe<T> {}

/// The container of the handler that `H` is a tuple of, or one that fits if it is none: it is where a table takes its route that
/// the compiler says so.
#[allow(missing_debug_implementations)]
pub struct HandlerProbe<H, C>(PhantomData<(H, C)>);

impl<H: Handler<C>, C> HandlerProbe<(H,), C> {
    /// The answer where the bound holds.
    pub const CONTAINER: HandlerOf<C> = H::CONTAINER;
}

/// The answer where the bound does not hold.
pub trait NotHandler<C> {
    /// The answer.
    const CONTAINER: HandlerOf<C> = HandlerOf::ANY;
}

impl<H, C> NotHandler<C> for HandlerProbe<H, C> {}

/// A fragment, or what is none: that it is one has been asked where the table takes its routes.
#[allow(missing_debug_implementations)]
pub struct FragmentProbe<T>(pub T);

impl<C> FragmentProbe<Routes<C>> {
    /// The container of its handlers.
    #[must_use]
    pub fn container(&self) -> HandlerOf<C> {
        HandlerOf::ANY
    }
}

/// What stands in for what is no fragment.
pub trait NotFragment<C> {
    /// A container that fits.
    #[must_use]
    fn container(&self) -> HandlerOf<C> {
        HandlerOf::ANY
    }
}

impl<T, C> NotFragment<C> for FragmentProbe<T> {}

probe! {
    /// The fields of `C`, if it is a container.
    FieldsProbe<C> where (C: Container), FIELDS: Option<&'static [Field]> = Some(C::FIELDS);
    else NotContainer = None
}

probe! {
    /// How `T` is read from a request, if it is.
    InputProbe<T> where (T: Extract), INPUT: Option<&'static Input> = Some(&Input::of::<T>());
    else NotInput = None
}

probe! {
    /// How a `T` is looked at once it has been read, if it is.
    CheckProbe<T> where (T: Check), CHECK: Option<Checked> = Some(Checked::of::<T>());
    else NotChecked = None
}

probe! {
    /// How a `T` is cloned, if it can be: `Sync`, because two that take a shared one may do so at the same time.
    CloneProbe<T> where (T: Clone + Sync), CLONE: Option<unsafe fn(*const u8, *mut u8)> = Some(clone::<T>);
    else NotCloned = None
}

/// Whether a `T` may go from one thread to another. Of a `&T` that is whether several threads may use a `T`.
#[allow(missing_debug_implementations)]
pub struct SendProbe<T>(PhantomData<T>);

/// Says that a `T` may go from one thread to another.
#[derive(Debug)]
pub struct Sends<T>(PhantomData<fn(T)>);

impl<T: Send> SendProbe<T> {
    /// The answer where it may.
    pub const SENDS: Option<Sends<T>> = Some(Sends(PhantomData));
}

/// The answer where it may not.
pub trait NotSent<T> {
    /// None.
    const SENDS: Option<Sends<T>> = None;
}

impl<T> NotSent<T> for SendProbe<T> {}

probe! {
    /// Whether `T` is a `Result`, by whatever name.
    ResultProbe<T> where (T: IsResult), IS: bool = true;
    else NotResult = false
}

probe! {
    /// Whether a `&T` may be lent to functions that run at the same time.
    SyncProbe<T> where (T: Sync), SYNC: bool = true;
    else NotSync = false
}

/// Hands on the future of an `async fn` that takes a `T`, unless that is not `Send`: so much has been said where it is provided, of
/// its field, or of the parameter, and the compiler need not say it of the future too. Of what is lent, `T` is the reference.
#[allow(missing_debug_implementations)]
pub struct FutureProbe<T>(PhantomData<T>);

impl<T: Send> FutureProbe<T> {
    /// The future itself.
    pub fn of<Fut>(future: Fut) -> Fut {
        future
    }
}

/// What becomes of a function that takes what is not `Send`: the program does not compile.
pub trait NoFuture {
    /// A future that is `Send` whatever that of the function is.
    fn of<Fut: Future>(_: Fut) -> Pending<Fut::Output> {
        unreachable!("the compiler has refused what is not `Send`")
    }
}

impl<T> NoFuture for FutureProbe<T> {}

unsafe fn clone<T: Clone>(from: *const u8, to: *mut u8) {
    // SAFETY: the caller lends a live `T` at `from` and room for one at `to`.
    unsafe { to.cast::<T>().write((*from.cast::<T>()).clone()) }
}

probe! {
    /// Whether a `T` implements `Drop` itself, which is another question than whether it has anything to drop.
    DropProbe<T> where (T: Drop), DROPS: bool = true;
    else NotDropped = false
}

probe! {
    /// How a `T` is entered, if it is a context.
    ContextProbe<T> where (T: Context + Sync), ENTER: Option<Enter> = Some(enter::<T>);
    else NotContext = None
}

unsafe fn enter<T: Context>(at: *const u8, run: &mut dyn FnMut()) {
    // SAFETY: the caller lends a live `T` at `at`.
    unsafe { &*at.cast::<T>() }.enter(run);
}

probe! {
    /// The schema of what a `T` wraps, if it has one.
    SchemaProbe<T> where (T: HasSchema), SCHEMA: Schema = T::SCHEMA;
    else NoSchema = Schema::Any
}

/// Turns the value behind the pointer into a response; the second argument is the name of the function that returned it.
pub type Respond = unsafe fn(*mut u8, &'static str) -> Response;

/// How a type becomes a response, and what it says of that.
#[derive(Debug, Clone, Copy)]
pub struct Responding {
    pub(crate) respond: Respond,
    pub(crate) describe: fn(&mut Replies),
    /// Whether that is a success in any case.
    pub(crate) success: bool,
}

probe! {
    /// How a value that is a response answers.
    ResponseProbe<E> where (E: IntoResponse), RESPOND: Option<Responding> =
        Some(Responding { respond: respond::<E>, describe: E::describe, success: E::IS_SUCCESS });
    else NotResponse = None
}

unsafe fn respond<E: IntoResponse>(at: *mut u8, _by: &'static str) -> Response {
    // SAFETY: the caller hands over the `E` behind the pointer.
    unsafe { at.cast::<E>().read() }.into_response()
}

/// Boxes the error behind the pointer.
pub type Boxed = unsafe fn(*mut u8) -> BoxError;
/// How an error is reported, and how it is boxed.
pub type Failing = Option<(Respond, Boxed)>;

probe! {
    /// How an error that is no response is reported: any [`std::error::Error`], and what becomes one in a box, as errors for
    /// anything do that are none themselves.
    ErrorProbe<E> where (E: Into<BoxError> + Send + 'static), REPORT: Failing = Some((report::<E>, boxed::<E>));
    else NotError = None
}

unsafe fn report<E: Into<BoxError>>(at: *mut u8, by: &'static str) -> Response {
    // SAFETY: the caller hands over the `E` behind the pointer.
    opaque(&*unsafe { boxed::<E>(at) }, by)
}

unsafe fn boxed<E: Into<BoxError>>(at: *mut u8) -> BoxError {
    // SAFETY: the caller hands over the `E` behind the pointer.
    unsafe { at.cast::<E>().read() }.into()
}

/// How the failure of a session's handler is boxed, to be logged: the response has gone out by then.
#[must_use]
pub const fn boxing(report: Failing) -> Option<Boxed> {
    match report {
        Some((_, boxed)) => Some(boxed),
        None => None,
    }
}

impl ErrorInfo {
    /// Describes the error type `E` by what its two probes found; a response of its own comes first.
    #[must_use]
    pub const fn of<E: 'static>(name: &'static str, respond: Option<Responding>, report: Failing) -> Self {
        let (respond, boxed) = responding(respond, report);
        let (respond, describe, success) = match respond {
            Some(Responding { respond, describe, success }) => (Some(respond), Some(describe), success),
            None => (None, None, false),
        };
        Self { name, ty: TypeInfo::of::<E>(), respond, boxed, describe, success, schema: Schema::Any }
    }

    /// This error, whose content has this schema.
    #[must_use]
    pub const fn schema(self, schema: Schema) -> Self {
        Self { schema, ..self }
    }
}

/// How an error answers by what its two probes found, and how it is boxed.
const fn responding(respond: Option<Responding>, report: Failing) -> (Option<Responding>, Option<Boxed>) {
    match (respond, report) {
        (None, Some((respond, boxed))) => {
            (Some(Responding { respond, describe: describe_opaque, success: false }), Some(boxed))
        }
        (respond, Some((_, boxed))) => (respond, Some(boxed)),
        (respond, None) => (respond, None),
    }
}

/// What is said of an error that tells its client nothing.
fn describe_opaque(replies: &mut Replies) {
    replies.problem(StatusCode::INTERNAL_SERVER_ERROR, "Something failed.");
}

probe! {
    /// Whether the provider of `T` in `C` fails with `E`.
    FailsProbe<T, C, E> where (T: Provide<C, Error = E>), FAILS: bool = true;
    else NotFailing = false
}

/// Whether the provider of `T` named `K` in `C` fails with `E`.
#[allow(missing_debug_implementations)]
pub struct NamedFailsProbe<T, K, C, E>(PhantomData<(T, K, C, E)>);

impl<T: ProvideNamed<K, C, Error = E>, K, C, E> NamedFailsProbe<T, K, C, E> {
    /// The answer where the bound holds.
    pub const FAILS: bool = true;
}

impl<T, K, C, E> NotFailing for NamedFailsProbe<T, K, C, E> {}

/// Whether two types are one.
#[allow(missing_debug_implementations)]
pub struct SameProbe<A, B>(PhantomData<(A, B)>);

impl<A> SameProbe<A, A> {
    /// They are.
    pub const SAME: bool = true;
}

/// The answer for two types.
pub trait NotSame {
    /// They are two.
    const SAME: bool = false;
}

impl<A, B> NotSame for SameProbe<A, B> {}

probe! {
    /// How a `Result` answers whose error is no response of its own: how it is named may hide that it is one.
    ReportProbe<R> where (R: Reported), RESPOND: Option<Responding> = Some(R::RESPOND);
    else NotReported = None
}

/// A `Result` whose error is an opaque 500.
pub trait Reported {
    /// How it answers.
    const RESPOND: Responding;
}

impl<T: IntoResponse, E: Into<BoxError> + 'static> Reported for Result<T, E> {
    const RESPOND: Responding = {
        unsafe fn respond<T: IntoResponse, E: Into<BoxError>>(at: *mut u8, by: &'static str) -> Response {
            // SAFETY: the caller hands over the `Result` behind the pointer.
            match unsafe { at.cast::<Result<T, E>>().read() } {
                Ok(value) => value.into_response(),
                Err(error) => opaque(&*error.into(), by),
            }
        }
        fn describe<T: IntoResponse>(replies: &mut Replies) {
            T::describe(replies);
            describe_opaque(replies);
        }
        Responding { respond: respond::<T, E>, describe: describe::<T>, success: false }
    };
}

/// How what a handler returns becomes a response, by what the probes found.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// What it returns, as written, or in a `Result`.
    pub ty: &'static str,
    /// How that is a response.
    pub value: Option<Responding>,
    /// Or else how it is, under whatever name, a `Result` whose error is only reported.
    pub report: Option<Responding>,
    /// Of a handler that returns a `Result`: its error, as written; how that is a response; or else how it is reported.
    pub error: Option<(&'static str, Option<Responding>, Failing)>,
    /// The schemas of what value and error wrap.
    pub schemas: (Schema, Schema),
}

impl Answer {
    /// The handler returns a response.
    pub const DONE: Self = Self {
        ty: "Response",
        value: Some(Responding { respond: respond::<Response>, describe: <Response>::describe, success: false }),
        report: None,
        error: None,
        schemas: (Schema::Any, Schema::Any),
    };

    /// The handler returns a `ty`: how that is a response, or else how it is a `Result` under another name.
    #[must_use]
    pub const fn whole(
        ty: &'static str,
        value: Option<Responding>,
        report: Option<Responding>,
        schema: Schema,
    ) -> Self {
        Self { ty, value, report, error: None, schemas: (schema, Schema::Any) }
    }

    /// The handler returns a `Result` of a `ty` and an `error`.
    #[must_use]
    pub const fn result(
        ty: &'static str,
        value: Option<Responding>,
        schema: Schema,
        error: &'static str,
        respond: Option<Responding>,
        report: Failing,
    ) -> Self {
        Self { ty, value, report: None, error: Some((error, respond, report)), schemas: (schema, Schema::Any) }
    }

    /// This answer, whose error wraps something of this schema.
    #[must_use]
    pub const fn error_schema(self, schema: Schema) -> Self {
        Self { schemas: (self.schemas.0, schema), ..self }
    }

    pub(crate) const fn value(&self) -> Option<Responding> {
        match self.value {
            None => self.report,
            value => value,
        }
    }

    pub(crate) const fn error(&self) -> Option<Responding> {
        match self.error {
            Some((_, respond, report)) => responding(respond, report).0,
            None => None,
        }
    }

    /// What the handler may answer.
    #[must_use]
    pub fn replies(&self) -> Vec<Reply> {
        let mut all = Vec::new();
        if let Some(value) = self.value() {
            let mut replies = Replies::new(self.schemas.0);
            (value.describe)(&mut replies);
            all.append(&mut replies.all);
        }
        if let Some(error) = self.error() {
            all.append(&mut Replies::new(self.schemas.1).of_error(error.describe).all);
        }
        all
    }
}

/// What was returned by a teardown, or by a handler whose output has no name, on its way to be a response.
///
/// `(&&&Returned::new(value)).by("name")` finds the first of these that applies: [`AsResponse`], [`AsError`], then
/// [`AsIs`], or [`AsNeither`] where that is in scope in its place.
#[allow(missing_debug_implementations)]
pub struct Returned<T>(Cell<Option<T>>);

impl<T> Returned<T> {
    /// Wraps what was returned.
    pub const fn new(value: T) -> Self {
        Self(Cell::new(Some(value)))
    }

    fn take(&self) -> T {
        self.0.take().expect("generated code takes the value once")
    }
}

/// A response goes on as it is.
pub trait AsResponse<T> {
    /// The value.
    fn by(&self, name: &'static str) -> T;
}

impl<T: IntoResponse> AsResponse<T> for &&Returned<T> {
    fn by(&self, _name: &'static str) -> T {
        self.take()
    }
}

/// The response of an error that tells its client nothing.
#[derive(Debug)]
pub struct Opaque(Response);

impl IntoResponse for Opaque {
    fn into_response(self) -> Response {
        self.0
    }

    fn describe(replies: &mut Replies) {
        describe_opaque(replies);
    }
}

/// A `Result` whose error is no response of its own becomes one whose error is an opaque 500.
pub trait AsError<T> {
    /// The value.
    fn by(&self, name: &'static str) -> T;
}

impl<T, E: Into<BoxError>> AsError<Result<T, Opaque>> for &Returned<Result<T, E>> {
    fn by(&self, name: &'static str) -> Result<T, Opaque> {
        self.take().map_err(|error| Opaque(opaque(&*error.into(), name)))
    }
}

/// The same of what a teardown came to, which is no value.
pub trait AsFailure<T> {
    /// The value.
    fn by(&self, name: &'static str) -> T;
}

impl<E: Into<BoxError>> AsFailure<Result<(), Opaque>> for &Returned<Result<(), E>> {
    fn by(&self, name: &'static str) -> Result<(), Opaque> {
        AsError::by(self, name)
    }
}

/// A `Result` whose error is neither has been refused in words of its own: it must not be refused again.
pub trait AsNeither<T> {
    /// The value.
    fn by(&self, name: &'static str) -> T;
}

impl<T, E> AsNeither<Result<T, Opaque>> for Returned<Result<T, E>> {
    fn by(&self, _name: &'static str) -> Result<T, Opaque> {
        self.take().map_err(|_| unreachable!("the compiler has refused the error"))
    }
}

/// Anything else goes on as it is too, to be refused by the compiler where a response is asked for.
pub trait AsIs<T> {
    /// The value.
    fn by(&self, name: &'static str) -> T;
}

impl<T> AsIs<T> for Returned<T> {
    fn by(&self, _name: &'static str) -> T {
        self.take()
    }
}
