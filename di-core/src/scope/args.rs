//! What does a user's function get its arguments from?
#![allow(unsafe_code)]

use std::{
    any::{Any, TypeId},
    marker::PhantomData,
    ptr::NonNull,
};

use super::{
    Fresh, Lazy,
    after::Held,
    block::{BlockPtr, State, duplicate, take},
    plan::{Arg, From},
};
use http::{HeaderMap, Uri};

use crate::{
    executor::Executor,
    graph::{Rejection, Scope, Use},
};

/// The arguments of one call of a provider, handler or teardown; named by generated code alone.
///
/// What is lent is `Sync`: the parameter's record says so, and the compiler has refused a parameter of which it does not. That all
/// are `Send` follows from where they come from: a provider's value, an input, a container's field.
///
/// The type of each is compared with what the plan has put there, and its use with what the parameter declared: a
/// mistake in generated code is a panic, never a reference to something else.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations)]
pub struct Args<'r> {
    block: BlockPtr,
    first: usize,
    request: PhantomData<&'r ()>,
}

impl<'r> Args<'r> {
    /// The arguments from number `first` of the block's plan.
    pub(super) fn new(block: BlockPtr, first: usize) -> Self {
        Self { block, first, request: PhantomData }
    }

    /// These arguments for a function that is generic in their lifetime, where that cannot be said of its type.
    ///
    /// # Safety
    ///
    /// The function is one for each lifetime, and what it returns is used for no longer than `'r`.
    pub(super) unsafe fn forever(self) -> Args<'static> {
        Args { block: self.block, first: self.first, request: PhantomData }
    }

    /// The executor that the application runs on.
    pub(crate) fn executor(self) -> Executor {
        self.block.header().env.executor()
    }

    fn arg(self, index: usize) -> &'r Arg {
        &self.block.plan().args[self.first + index]
    }

    fn checked<T: 'static>(self, index: usize, usage: Use) -> &'r Arg {
        let arg = self.arg(index);
        assert!(arg.ty == TypeId::of::<T>() && arg.param.usage == usage, "an argument is what its parameter declares");
        arg
    }

    /// Where a value lies, if there is one.
    fn place(self, arg: &Arg) -> Option<*mut u8> {
        match arg.from {
            From::Step(step) => self.block.is_ready(step).then(|| self.block.at(arg.slot)),
            From::Field(offset) => Some(self.block.header().env.field(offset)),
            From::Kept(value) => Some(value.get()),
            From::Guard(guard) => Some(guard.place()),
            From::Part(part) => {
                let incoming = self.block.header().incoming.as_ref()?;
                Some(part(&incoming.parts).cast_mut())
            }
        }
    }

    /// What a page of the framework's own sees of a request.
    #[must_use]
    pub fn page(self) -> (&'r Uri, &'r HeaderMap) {
        (self.shared(0), self.shared(1))
    }

    fn must<T>(value: Option<T>) -> T {
        value.expect("a step starts when what it depends on is ready")
    }

    /// The value of a parameter `&T`.
    #[must_use]
    pub fn shared<T: 'static>(self, index: usize) -> &'r T {
        Self::must(self.shared_option(index))
    }

    /// The value of a parameter `Option<&T>`.
    #[must_use]
    pub fn shared_option<T: 'static>(self, index: usize) -> Option<&'r T> {
        let arg = self.checked::<T>(index, Use::Shared);
        // SAFETY: the type is that of the slot, which is ready; nobody has it exclusively while this call runs.
        self.place(arg).map(|at| unsafe { &*at.cast::<T>() })
    }

    /// The value of a parameter `Result<&T, &E>`.
    pub fn shared_result<T: 'static, E: 'static>(self, index: usize) -> Result<&'r T, &'r E> {
        match self.failed::<E>(self.arg(index)) {
            // SAFETY: as for `shared_option`; the error stays in its slot for the rest of the request.
            Some(at) => Err(unsafe { &*at }),
            None => Ok(self.shared(index)),
        }
    }

    /// The value of a parameter `&mut T`.
    #[must_use]
    pub fn exclusive<T: 'static>(self, index: usize) -> &'r mut T {
        Self::must(self.exclusive_option(index))
    }

    /// The value of a parameter `Option<&mut T>`.
    #[must_use]
    pub fn exclusive_option<T: 'static>(self, index: usize) -> Option<&'r mut T> {
        let arg = self.checked::<T>(index, Use::Exclusive);
        let From::Step(_) = arg.from else { panic!("only a request's own values are taken exclusively") };
        // SAFETY: as for `shared_option`; the plan keeps every other user of the slot from running meanwhile, and the
        // compiler has refused a function that names one value twice.
        self.place(arg).map(|at| unsafe { &mut *at.cast::<T>() })
    }

    /// The value of a parameter `Result<&mut T, &E>`.
    pub fn exclusive_result<T: 'static, E: 'static>(self, index: usize) -> Result<&'r mut T, &'r E> {
        match self.failed::<E>(self.arg(index)) {
            // SAFETY: as for `shared_result`.
            Some(at) => Err(unsafe { &*at }),
            None => Ok(self.exclusive(index)),
        }
    }

    /// The value of a parameter `Fresh<T>`.
    #[must_use]
    pub fn fresh<T: 'static>(self, index: usize) -> Fresh<T> {
        Self::must(self.fresh_option(index))
    }

    /// The value of a parameter `Option<Fresh<T>>`.
    #[must_use]
    pub fn fresh_option<T: 'static>(self, index: usize) -> Option<Fresh<T>> {
        let arg = self.checked::<T>(index, Use::Fresh);
        let From::Step(step) = arg.from else { panic!("only a request's own values are built anew") };
        let at = self.place(arg)?;
        self.block.set_state(step, State::Taken);
        // SAFETY: the slot is ready and of this type; it belongs to this use alone and is marked as taken.
        Some(Fresh(unsafe { take(at) }))
    }

    /// The value of a parameter `Result<Fresh<T>, E>`.
    ///
    /// # Errors
    ///
    /// The provider's error.
    pub fn fresh_result<T: 'static, E: 'static>(self, index: usize) -> Result<Fresh<T>, E> {
        let arg = self.arg(index);
        let (From::Step(step), Some(at)) = (arg.from, self.failed::<E>(arg)) else { return Ok(self.fresh(index)) };
        self.block.set_state(step, State::Taken);
        // SAFETY: the slot holds the error, which belongs to this use alone and is marked as taken.
        Err(unsafe { take(at.cast()) })
    }

    /// The value of a parameter `Held<T>`.
    #[must_use]
    pub fn held<T: 'static>(self, index: usize) -> Held<T> {
        let arg = self.checked::<T>(index, Use::Held);
        let From::Step(_) = arg.from else { panic!("only a request's own values are held") };
        let value = Self::must(self.place(arg).and_then(|at| NonNull::new(at.cast::<T>())));
        // SAFETY: the slot is ready and of this type. All steps have ended, the compiler has refused another use of the value by
        // the handler and by a teardown before the response; a teardown after it waits for the last holder.
        unsafe { Held::new(value, &self.block.counted()) }
    }

    /// The value of a parameter `Lazy<'_, T>`.
    #[must_use]
    pub fn lazy<T: 'static>(self, index: usize) -> Lazy<'r, T> {
        let arg = self.checked::<T>(index, Use::Lazy);
        let From::Step(step) = arg.from else { panic!("only a request's own values are built lazily") };
        // SAFETY: the slot is of this type. The plan counts this call as a user of the value and of all that it is built from,
        // and the compiler has refused a function that uses any of it exclusively beside this.
        unsafe { Lazy::new(self.block, step) }
    }

    /// The value of a parameter `T`: taken, if it is this call's own, or cloned.
    #[must_use]
    pub fn value<T: 'static>(self, index: usize) -> T {
        Self::must(self.value_option(index))
    }

    /// The value of a parameter `Option<T>`.
    #[must_use]
    pub fn value_option<T: 'static>(self, index: usize) -> Option<T> {
        let arg = self.checked::<T>(index, Use::Value);
        let at = self.place(arg)?;
        if let (From::Step(step), true) = (arg.from, arg.taken) {
            self.block.set_state(step, State::Taken);
            // SAFETY: the slot is ready and of this type; it belongs to this use alone and is marked as taken.
            return Some(unsafe { take(at) });
        }
        let clone = arg.param.clone.expect("the compiler has refused a value that cannot be cloned");
        // SAFETY: the slot is ready and of this type, and nobody has it exclusively.
        Some(unsafe { duplicate(at, clone) })
    }

    /// The value of a parameter `Result<T, E>`; that `E` is [`Rejection`], or what the provider of `T` fails with, has been
    /// checked in words of its own.
    ///
    /// # Errors
    ///
    /// The rejection of the input, or the provider's error.
    pub fn value_result<T: 'static, E: 'static>(self, index: usize) -> Result<T, E> {
        let arg = self.arg(index);
        if let From::Step(step) = arg.from
            && self.block.state(step) == State::Rejected
        {
            self.block.set_state(step, State::Taken);
            // SAFETY: the state said that the slot holds a rejection, and says now that it holds nothing.
            return Err(Self::rejection(unsafe { take(self.block.slot(step)) }));
        }
        let (From::Step(step), Some(at)) = (arg.from, self.failed::<E>(arg)) else { return Ok(self.value(index)) };
        if arg.param.node.get().scope == Scope::Transient {
            self.block.set_state(step, State::Taken);
            // SAFETY: the slot holds the error, which belongs to this use alone and is marked as taken.
            return Err(unsafe { take(at.cast()) });
        }
        // SAFETY: the slot holds the error, for the rest of the request.
        let shared: &dyn Any = unsafe { &*at };
        Err(Self::rejection(Self::must(shared.downcast_ref::<Rejection>()).clone()))
    }

    /// A rejection as the `E` that it is.
    fn rejection<E: 'static>(rejection: Rejection) -> E {
        let mut rejection = Some(rejection);
        let any: &mut dyn Any = &mut rejection;
        Self::must(any.downcast_mut::<Option<E>>().and_then(Option::take))
    }

    /// Where the error of a failed provider lies.
    fn failed<E: 'static>(self, arg: &Arg) -> Option<*mut E> {
        let From::Step(step) = arg.from else { return None };
        if self.block.state(step) != State::Failed {
            return None;
        }
        let error = self.block.plan().steps[step].node.error.as_ref();
        assert!(error.is_some_and(|error| error.ty.id == TypeId::of::<E>()), "an error is what its provider declares");
        Some(self.block.slot(step).cast())
    }

    /// What a teardown takes beside its value: found like a parameter, by shared reference.
    pub(super) fn taken<T: Sync + 'static>(self, index: usize) -> &'r T {
        let arg = self.arg(index);
        assert!(arg.ty == TypeId::of::<T>(), "a teardown takes what the plan has found for it");
        let at = Self::must(self.place(arg));
        // SAFETY: the type is that of the slot, which is ready: what a value depends on is torn down after it.
        unsafe { &*at.cast::<T>() }
    }
}
