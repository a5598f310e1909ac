//! How are a user's functions called, when only their own glue knows their types?
//!
//! Generated code implements one of two small traits for a provider's hidden type, and writes a thin function for a handler. Each is
//! generic in the lifetime of what it borrows (`for<'r>`), so that no user function can keep a reference to a request's
//! values; here the types are erased into plain function pointers.
#![allow(unsafe_code)]

use std::{
    alloc::Layout,
    future::Future,
    marker::PhantomData,
    mem::ManuallyDrop,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    ptr::NonNull,
    task::{Context, Poll, ready},
};

use super::Args;
use crate::{
    graph::{Handler, HandlerCall, Responding, RouteRecord},
    outcome::Outcome,
    overrides::Factory,
    response::{Failed, Response},
    unwind::dropped_badly,
};

/// What a provider provides.
pub trait Provider: 'static {
    /// The provided type. Its record asks that it is `Send`, in words of its own.
    type Value: 'static;
    /// Its error; [`Infallible`](std::convert::Infallible) when it cannot fail.
    type Error: Send + 'static;
}

/// A provider that is a plain function.
pub trait SyncProvider: Provider {
    /// Calls it.
    fn build(args: Args<'_>) -> Result<Self::Value, Self::Error>;
}

/// A provider that is an asynchronous function.
pub trait AsyncProvider: Provider {
    /// Calls it.
    fn build<'r>(args: Args<'r>) -> impl Future<Output = Result<Self::Value, Self::Error>> + Send;
}

/// How a handler's output is told apart: [`Whole`], or a [`Fallible`] `Result`.
///
/// The types that were written are in it as what a function without arguments returns: so the compiler refuses one with a
/// lifetime that nobody sees, such as `Cow<str>`, which would borrow from a request that ends before its response.
pub trait Answering<R> {
    /// The response to a request that `route` has answered with `output`.
    fn answer(route: &RouteRecord, output: R) -> Response;
}

/// An output that is a response as a whole: for `fn() -> R`.
#[derive(Debug)]
pub struct Whole<R>(PhantomData<R>);

/// An output whose value and whose error are responses, each in its own way: for `fn() -> T` and `fn() -> E`.
#[derive(Debug)]
pub struct Fallible<T, E>(PhantomData<(T, E)>);

impl<R> Answering<R> for Whole<fn() -> R> {
    fn answer(route: &RouteRecord, output: R) -> Response {
        // SAFETY: the record belongs to the handler, whose output is what its probe was asked about.
        unsafe { respond(route.answer.value(), output, route) }
    }
}

impl<T, E> Answering<Result<T, E>> for Fallible<fn() -> T, fn() -> E> {
    fn answer(route: &RouteRecord, output: Result<T, E>) -> Response {
        match output {
            // SAFETY: as for `Whole`: value and error have a probe each.
            Ok(value) => unsafe { respond(route.answer.value(), value, route) },
            // SAFETY: as above.
            Err(error) => Failed::mark(unsafe { respond(route.answer.error(), error, route) }),
        }
    }
}

/// The outcome of a request that a handler has answered.
#[inline]
pub(super) fn outcome(response: &Response) -> Outcome {
    match response.extensions().get::<Failed>() {
        None => Outcome::of(response.status()),
        Some(Failed) => Outcome::Error(response.status()),
    }
}

/// Turns a value into a response by a function of its type.
unsafe fn respond<T>(respond: Option<Responding>, value: T, route: &RouteRecord) -> Response {
    let Responding { respond, .. } = respond.expect("the compiler has refused what is no response");
    let mut value = ManuallyDrop::new(value);
    // SAFETY: the function is that of the type, by the caller's promise, and the value is handed over.
    unsafe { respond((&raw mut value).cast(), route.meta.name) }
}

/// The thin function that calls a user's handler, which is known by its type alone: `fn(Args<'r>) -> _`, for each `'r`.
trait Thin: Copy + 'static {
    /// The function, of which there is nothing but its type.
    ///
    /// # Safety
    ///
    /// There has been a value of this type, which can be copied.
    unsafe fn function() -> Self {
        const { assert!(size_of::<Self>() == 0, "a function that has captured something cannot be known by its type") };
        // SAFETY: there is nothing to read of a type without a size; that it has values is the caller's promise.
        unsafe { NonNull::<Self>::dangling().read() }
    }
}

impl<F: Copy + 'static> Thin for F {}

impl HandlerCall {
    /// The handler of record `R`, which `_function` calls on the executor.
    ///
    /// Generated code calls this, and [`plain_call`], with a function that is generic in the lifetime of its arguments.
    #[must_use]
    pub const fn asynchronous<R, A, C, F, Fut>(_function: F) -> Self
    where
        R: Handler<C>,
        A: Answering<Fut::Output>,
        F: Fn(Args<'static>) -> Fut + Copy + 'static,
        Fut: Future,
    {
        Self::Async(FutureCall::handler::<R, A, C, F, Fut>(_function))
    }
}

/// Erases the function that calls a plain handler, of record `R`, in place or on the blocking pool.
#[must_use]
pub const fn plain_call<R, A, C, F, O>(_function: F) -> for<'r> fn(Args<'r>) -> Response
where
    R: Handler<C>,
    A: Answering<O>,
    F: Fn(Args<'static>) -> O + Copy + 'static,
{
    |args| {
        // SAFETY: the record was made of the function, which is one for each lifetime; what it returns has none of its arguments'.
        let output = unsafe { F::function()(args.forever()) };
        A::answer(R::ROUTE.get(), output)
    }
}

/// Builds a value into the room behind the pointer; `false` when what it left there is the error.
pub type SyncCall = for<'r> unsafe fn(Args<'r>, *mut u8) -> bool;

/// How a value is built.
#[derive(Debug, Clone, Copy)]
pub enum Build {
    /// It is handed over from outside.
    Given,
    /// In place.
    Sync(SyncCall),
    /// On the blocking pool.
    Blocking(SyncCall),
    /// On the executor.
    Async(FutureCall<bool>),
    /// It is read from the request.
    Input,
    /// By a test's closure, in place of a provider.
    Made(Factory),
    /// It is known from the plan: the security scopes that are required of who takes it.
    Required,
    /// It is a part of the request.
    Part(fn(&http::request::Parts) -> *const u8),
}

/// Erases a plain provider.
#[must_use]
pub const fn sync_call<P: SyncProvider>() -> SyncCall {
    unsafe fn call<P: SyncProvider>(args: Args<'_>, out: *mut u8) -> bool {
        // SAFETY: the caller has room for the value or the error at `out`.
        unsafe { store(P::build(args), out) }
    }
    call::<P>
}

/// Writes a value or an error to where there is room for either.
unsafe fn store<T, E>(result: Result<T, E>, out: *mut u8) -> bool {
    match result {
        // SAFETY: the caller has room for either at `out`.
        Ok(value) => unsafe { out.cast::<T>().write(value) },
        Err(error) => {
            // SAFETY: as above.
            unsafe { out.cast::<E>().write(error) };
            return false;
        }
    }
    true
}

/// A future of a known size that is made, polled and dropped where it lies.
#[derive(Debug)]
pub struct FutureCall<O> {
    /// Not a constant: the size of a future is known only once its function is compiled, and plans are drafted at run time.
    pub(crate) layout: fn() -> Layout,
    pub(crate) init: for<'r> unsafe fn(Args<'r>, *mut u8),
    /// Once ready, the future has been dropped; a value it built lies in its place.
    pub(crate) poll: unsafe fn(*mut u8, &mut Context<'_>) -> Poll<O>,
    pub(crate) drop: unsafe fn(*mut u8),
}

impl<O> Clone for FutureCall<O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<O> Copy for FutureCall<O> {}

/// Drops a future that is ready. A panic in its drop must not look like one in its poll: it would be dropped again.
///
/// Not generic, so that without optimisation it is compiled once and not for each future; with it, it is inlined for each.
#[inline]
unsafe fn drop_ready(future: *mut u8, drop: unsafe fn(*mut u8)) {
    // SAFETY: the caller hands over the live future behind the pointer, and how it is dropped.
    let drop = || unsafe { drop(future) };
    if let Err(panic) = catch_unwind(AssertUnwindSafe(drop)) {
        dropped_badly(format_args!("a future that was ready"), panic);
    }
}

pub(super) unsafe fn drop_future<Fut>(at: *mut u8) {
    // SAFETY: the caller hands over the live `Fut` behind the pointer.
    unsafe { at.cast::<Fut>().drop_in_place() }
}

/// What is done with the futures of an asynchronous function, without their type.
///
/// These are methods of the function's own type, so that the compiler puts them into the module of that: what shares a
/// module with an edited function is compiled anew. Functions would all be in this module, those of a whole program.
trait Erase {
    fn layout<Fut>() -> Layout {
        // Evaluated where this is compiled: then there is nothing left of it.
        const { Layout::new::<Fut>() }
    }

    unsafe fn drop<Fut>(at: *mut u8) {
        // SAFETY: the caller hands over the live `Fut` behind the pointer.
        unsafe { std::ptr::drop_in_place(at.cast::<Fut>()) }
    }

    unsafe fn init_value(args: Args<'_>, at: *mut u8)
    where
        Self: AsyncProvider,
    {
        // SAFETY: the caller has room for the future at `at`; its type is that of `Self::build`, whatever the lifetime.
        unsafe { std::ptr::write(at.cast(), Self::build(args)) }
    }

    unsafe fn poll_value<Fut>(at: *mut u8, cx: &mut Context<'_>) -> Poll<bool>
    where
        Self: AsyncProvider,
        Fut: Future<Output = Result<Self::Value, Self::Error>>,
    {
        // SAFETY: the caller keeps the live future pinned at `at`.
        let result = ready!(unsafe { Pin::new_unchecked(&mut *at.cast::<Fut>()) }.poll(cx));
        // SAFETY: the future is ready and dropped here, once; its room is large enough for the value or the error.
        unsafe {
            drop_ready(at, Self::drop::<Fut>);
            Poll::Ready(store(result, at))
        }
    }

    unsafe fn init_output<Fut>(args: Args<'_>, at: *mut u8)
    where
        Self: Fn(Args<'static>) -> Fut + Copy + 'static,
    {
        // SAFETY: the record was made of the function, which is one for each lifetime, with a future whose type is the same but for
        // that. The caller has room for the future at `at`, and drops it before what it borrows.
        unsafe { std::ptr::write(at.cast(), Self::function()(args.forever())) }
    }

    unsafe fn poll_output<R, A, C, Fut>(at: *mut u8, cx: &mut Context<'_>) -> Poll<Response>
    where
        R: Handler<C>,
        A: Answering<Fut::Output>,
        Fut: Future,
    {
        // SAFETY: the caller keeps the live future pinned at `at`.
        let output = ready!(unsafe { Pin::new_unchecked(&mut *at.cast::<Fut>()) }.poll(cx));
        // Before the future is dropped: what becomes a response may panic, and then the engine drops the future.
        let response = A::answer(R::ROUTE.get(), output);
        // SAFETY: the future is ready and dropped here, once.
        unsafe { drop_ready(at, Self::drop::<Fut>) };
        Poll::Ready(response)
    }
}

impl<T: ?Sized> Erase for T {}

impl FutureCall<bool> {
    /// Erases an asynchronous provider.
    #[must_use]
    pub const fn provider<P: AsyncProvider>() -> Self {
        const fn of<P, F, Fut>(_: &F) -> FutureCall<bool>
        where
            P: AsyncProvider,
            F: Fn(Args<'static>) -> Fut,
            Fut: Future<Output = Result<P::Value, P::Error>>,
        {
            FutureCall {
                layout: P::layout::<Fut>,
                init: P::init_value,
                poll: P::poll_value::<Fut>,
                drop: P::drop::<Fut>,
            }
        }
        of::<P, _, _>(&P::build)
    }
}

impl FutureCall<Response> {
    /// Erases the function that calls an asynchronous handler: see [`HandlerCall::asynchronous`].
    #[must_use]
    pub const fn handler<R, A, C, F, Fut>(_function: F) -> Self
    where
        R: Handler<C>,
        A: Answering<Fut::Output>,
        F: Fn(Args<'static>) -> Fut + Copy + 'static,
        Fut: Future,
    {
        Self {
            layout: F::layout::<Fut>,
            init: F::init_output::<Fut>,
            poll: F::poll_output::<R, A, C, Fut>,
            drop: F::drop::<Fut>,
        }
    }
}

pin_project_lite::pin_project! {
    /// A future whose output goes through a function: an `async` block would keep the inner future twice.
    #[derive(Debug)]
    pub struct Mapped<Fut, F> { #[pin] future: Fut, map: Option<F> }
}

// SAFETY: `map` alone makes one, and asks for both parts to be `Send`. Said here, so that of a future that is not the
// compiler speaks once, and of the user's own.
unsafe impl<Fut, F> Send for Mapped<Fut, F> {}

/// `future`, with its output passed through `map`.
pub const fn map<Fut: Future + Send, O, F: FnOnce(Fut::Output) -> O + Send>(future: Fut, map: F) -> Mapped<Fut, F> {
    // The bounds are for the caller's closure: they tell the compiler what it takes.
    Mapped { future, map: Some(map) }
}

impl<Fut: Future, O, F: FnOnce(Fut::Output) -> O> Future for Mapped<Fut, F> {
    type Output = O;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<O> {
        let this = self.project();
        let output = ready!(this.future.poll(cx));
        let map = this.map.take().expect("a future is not polled after it is ready");
        Poll::Ready(map(output))
    }
}

pin_project_lite::pin_project! {
    /// A future that cannot fail, as one that could.
    #[derive(Debug)]
    pub struct Infallibly<Fut> { #[pin] future: Fut }
}

// SAFETY: as for `Mapped`.
unsafe impl<Fut> Send for Infallibly<Fut> {}

/// `future`, with its output in an `Ok`.
pub const fn infallibly<Fut: Future + Send>(future: Fut) -> Infallibly<Fut> {
    Infallibly { future }
}

impl<Fut: Future> Future for Infallibly<Fut> {
    type Output = Result<Fut::Output, std::convert::Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(cx).map(Ok)
    }
}
