//! The nodes of the graph: what is provided, and how.
#![allow(unsafe_code)]

use std::{any::TypeId, marker::PhantomData};

use super::{Function, Param, StaticRef, static_ref::sync_by_fields};
use crate::{
    body::BoxError,
    describe::{Replies, Schema},
    response::Response,
    scope::{Build, Enter, TeardownCall},
};

/// A pointer to a provider's node.
pub type NodeRef = StaticRef<Node>;

/// How long a provided value lives, and who shares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Built once, when the container is built.
    Singleton,
    /// Built at most once in a request, shared by all that ask for it.
    Request,
    /// Built anew for each use.
    Transient,
    /// Read from the request by the function that declares it.
    Input,
    /// A part of the request itself.
    Part,
    /// Nothing provides it; the compiler has said so at the parameter.
    Missing,
}

/// A type, as far as storage needs to know it.
#[derive(Debug, Clone, Copy)]
pub struct TypeInfo {
    /// Its identity at run time.
    pub id: TypeId,
    /// Its size in bytes.
    pub size: usize,
    /// Its alignment in bytes.
    pub align: usize,
    /// Drops the value behind a pointer.
    pub drop: unsafe fn(*mut u8),
    /// Whether that does anything.
    pub needs_drop: bool,
    /// Its name in full, as the compiler prints it: for people to read.
    pub name: fn() -> &'static str,
}

impl TypeInfo {
    /// Describes `T`.
    #[must_use]
    pub const fn of<T: 'static>() -> Self {
        unsafe fn drop<T>(at: *mut u8) {
            // SAFETY: the caller hands a pointer to a live `T` and forgets it.
            unsafe { at.cast::<T>().drop_in_place() }
        }
        Self {
            id: TypeId::of::<T>(),
            size: size_of::<T>(),
            align: align_of::<T>(),
            drop: drop::<T>,
            needs_drop: std::mem::needs_drop::<T>(),
            name: std::any::type_name::<T>,
        }
    }
}

/// The error type of a fallible provider.
#[derive(Debug, Clone, Copy)]
pub struct ErrorInfo {
    /// The type, as written.
    pub name: &'static str,
    /// The type.
    pub ty: TypeInfo,
    /// Turns the error behind the pointer into a response; the second argument is the provider's name.
    pub respond: Option<unsafe fn(*mut u8, &'static str) -> Response>,
    /// Boxes the error behind the pointer: how a singleton's failure is reported.
    pub boxed: Option<unsafe fn(*mut u8) -> BoxError>,
    /// Says which responses it becomes.
    pub describe: Option<fn(&mut Replies)>,
    /// Whether these are successes in any case.
    pub success: bool,
    /// The schema of what it wraps, if it has one.
    pub schema: Schema,
}

/// How a teardown is called.
#[derive(Debug, Clone, Copy)]
pub struct Teardown {
    /// The teardown function's name.
    pub name: &'static str,
    /// What it takes beside the value and the outcome: nodes, by shared reference.
    pub takes: &'static [NodeRef],
    /// How it is called.
    pub call: TeardownCall,
    /// Says which responses its error becomes, if it can fail.
    pub describe: Option<fn(&mut Replies)>,
    /// Whether it waits until the response's body has gone out.
    pub after_response: bool,
}

impl Teardown {
    /// This teardown, waiting until the response's body has gone out.
    #[must_use]
    pub const fn after_response(self) -> Self {
        Self { after_response: true, ..self }
    }
}

/// A request-scoped value that sets something on whatever response its request gets: headers, cookies.
///
/// Also on a refusal and on the 500 of a panic; not on the response of a teardown that failed, after which what was set may
/// not be true any more.
pub trait Decorate: Send + 'static {
    /// Sets it.
    fn decorate(&mut self, response: &mut Response);
}

/// How a value sets something on the response.
#[derive(Debug, Clone, Copy)]
pub struct Decorates {
    /// The type of the value.
    pub(crate) ty: TypeId,
    /// Sets what the value behind the pointer has to set.
    pub(crate) decorate: unsafe fn(*mut u8, &mut Response),
}

/// A provider, or another source of values: a vertex of the graph.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// The provided type, as written.
    pub ty: &'static str,
    /// The qualifier that tells it from others of its type, as written; empty if there is none.
    pub name: &'static str,
    /// The provider.
    pub function: Function,
    /// The identity of type and qualifier at run time.
    pub key: TypeId,
    /// How long its values live.
    pub scope: Scope,
    /// The provided type.
    pub value: TypeInfo,
    /// The error type, if it can fail.
    pub error: Option<ErrorInfo>,
    /// How a value is built.
    pub build: Build,
    /// What it depends on.
    pub params: &'static [Param],
    /// Whether it is built once the body has been read, where a route reads one.
    pub after_body: bool,
    /// How its value is torn down.
    pub teardown: Option<Teardown>,
    /// How it is entered, if it is a context.
    pub context: Option<Enter>,
    /// How it sets something on the response, if it does.
    pub decorates: Option<Decorates>,
    /// For a singleton: the offset of its field in the container.
    pub field: Option<usize>,
    /// For an input: what its type must be, as a help to whom the compiler refused it.
    pub requires: &'static str,
    /// What is wrong with a constant that it is made of, said of its type.
    pub fault: Option<&'static str>,
}

sync_by_fields!(Node {
    ty,
    name,
    function,
    key,
    scope,
    value,
    error,
    build,
    params,
    after_body,
    teardown,
    context,
    decorates,
    field,
    requires,
    fault,
});

impl Node {
    /// A node that nothing depends on being filled in: the base of those that the framework defines.
    pub(crate) const fn bare<T: 'static>(ty: &'static str, scope: Scope, build: Build) -> Self {
        const NOWHERE: Function = Function { generic: true, ..Function::ITSELF };
        Self {
            ty,
            name: "",
            function: NOWHERE.providing(ty),
            key: key::<T>(),
            scope,
            value: TypeInfo::of::<T>(),
            error: None,
            build,
            params: &[],
            after_body: false,
            teardown: None,
            context: None,
            decorates: None,
            field: None,
            requires: "",
            fault: None,
        }
    }

    /// The node of a provider that the framework brings: in any container, and at no place of the user's.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_framework<T: 'static>(ty: &'static str, name: &'static str, scope: Scope, build: Build) -> Self {
        let mut node = Self::bare::<T>(ty, scope, build);
        node.function.name = name;
        node.function = node.function.providing(name);
        node.function.anywhere = true;
        node
    }

    /// This node of a `T`, whose value sets something on the response.
    #[must_use]
    pub const fn decorating<T: Decorate>(self) -> Self {
        unsafe fn decorate<T: Decorate>(at: *mut u8, response: &mut Response) {
            // SAFETY: the caller lends a live `T` at `at`, which nobody else uses.
            unsafe { &mut *at.cast::<T>() }.decorate(response);
        }
        Self { decorates: Some(Decorates { ty: TypeId::of::<T>(), decorate: decorate::<T> }), ..self }
    }

    /// The node of a container's input.
    #[must_use]
    pub const fn given<T: 'static>(ty: &'static str, function: Function, field: usize) -> Self {
        let mut node = Self::bare::<T>(ty, Scope::Singleton, Build::Given);
        node.function = function.providing(ty);
        node.field = Some(field);
        node
    }

    /// Where its value lies in the container.
    pub(crate) const fn offset(&self) -> usize {
        self.field.expect("a singleton without a field has not been compiled")
    }

    /// The security scope that whoever takes its value requires, if it stands for one.
    #[must_use]
    pub const fn security_scope(&self) -> Option<&'static str> {
        let mut i = 0;
        while i < self.params.len() {
            if let Some(scope) = self.params[i].security {
                return Some(scope.as_str());
            }
            i += 1;
        }
        None
    }

    /// This node of a `T`, under the name `K`.
    #[must_use]
    pub const fn named<T: 'static, K: 'static>(self, name: &'static str) -> Self {
        Self { name, key: key_named::<T, K>(), ..self }
    }

    /// The node of an extractor: a type that is read from the request wherever it is asked for.
    ///
    /// `requires` ends the message for a parameter whose type does not meet the extractor's bounds.
    #[must_use]
    pub const fn input<T: 'static>(ty: &'static str, requires: &'static str) -> Self {
        let mut node = Self::bare::<T>(ty, Scope::Input, Build::Input);
        node.requires = requires;
        node
    }

    /// This node of an input, which is looked at with the help of `context`.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_context(self, context: &'static [Param; 1]) -> Self {
        Self { params: context, ..self }
    }
}

/// The identity at run time of what is provided as `T`.
#[must_use]
pub const fn key<T: 'static>() -> TypeId {
    TypeId::of::<T>()
}

/// The identity at run time of what is provided as `T` under the name `K`.
#[must_use]
pub const fn key_named<T: 'static, K: 'static>() -> TypeId {
    TypeId::of::<Named<T, K>>()
}

/// Stands for `T` under the name `K`: no type of a user is this one.
#[allow(dead_code, reason = "its identity is all that is used of it")]
struct Named<T, K>(PhantomData<(T, K)>);

/// The node of what nothing provides.
pub(crate) static MISSING: Node = Node::bare::<()>("?", Scope::Missing, Build::Given);
