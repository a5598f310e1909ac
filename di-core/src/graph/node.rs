//! The graph's data: nodes, edges and the pointers between them.
#![allow(unsafe_code)]

use std::{any::TypeId, fmt, marker::PhantomData, panic::Location};

use http::{HeaderMap, Uri};

use super::{Answer, Checked, Input, Provide};
use crate::{
    ScopeName,
    body::BoxError,
    describe::{Docs, Replies, Schema},
    response::Response,
    route::{RouteMeta, Segment},
    scope::{Args, Build, Enter, FutureCall, Opens, TeardownCall},
};

/// A pointer to a `static`.
///
/// It is a raw pointer inside because rustc follows references held in constants, and a cycle of them is an error of its
/// own, unreadable, before ours can be reported.
pub struct StaticRef<T: 'static>(*const T);

impl<T> StaticRef<T> {
    /// Points at `target`.
    pub const fn new(target: &'static T) -> Self {
        Self(target)
    }

    /// The target.
    #[must_use]
    pub const fn get(self) -> &'static T {
        // SAFETY: `new` is the only constructor and takes a `&'static T`.
        unsafe { &*self.0 }
    }
}

impl<T> Clone for StaticRef<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StaticRef<T> {}

// SAFETY: it is a `&'static T` in all but type.
unsafe impl<T: Sync> Send for StaticRef<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for StaticRef<T> {}

impl<T: fmt::Debug> fmt::Debug for StaticRef<T> {
    /// The address alone: a graph may be cyclic.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.0, f)
    }
}

/// A pointer to a provider's node.
pub type NodeRef = StaticRef<Node>;
/// A pointer to a route's record.
pub type RouteRef = StaticRef<RouteRecord>;
/// A pointer to a guard of a group.
pub type GuardRef = StaticRef<GuardRecord>;

/// A place in the user's source.
///
/// What is there is asked of the compiler when a message needs it: in const evaluation a file's name costs more than all else
/// that is in a handler's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// There.
    At(&'static Location<'static>),
    /// The place of what no macro has written.
    Told {
        /// The file.
        file: &'static str,
        /// The line, from 1.
        line: u32,
        /// The column, from 1.
        column: u32,
    },
}

impl Place {
    /// None: of what is the framework's own.
    pub const NOWHERE: Self = Self::Told { file: "", line: 0, column: 0 };

    /// Where this is called.
    #[track_caller]
    #[must_use]
    pub const fn here() -> Self {
        Self::At(Location::caller())
    }

    /// Whether it is none.
    #[must_use]
    pub const fn is_nowhere(&self) -> bool {
        matches!(self, Self::Told { line: 0, .. })
    }

    /// The file, as the compiler was given it.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        match self {
            Self::At(at) => at.file(),
            Self::Told { file, .. } => file,
        }
    }

    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        match self {
            Self::At(at) => at.line(),
            Self::Told { line, .. } => *line,
        }
    }

    /// The column, from 1.
    #[must_use]
    pub const fn column(&self) -> u32 {
        match self {
            Self::At(at) => at.column(),
            Self::Told { column, .. } => *column,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file(), self.line())
    }
}

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

/// How a function uses what a parameter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// `&T`
    Shared,
    /// `&mut T`
    Exclusive,
    /// `Fresh<T>`
    Fresh,
    /// `Held<T>`
    Held,
    /// `Lazy<'_, T>`
    Lazy,
    /// `T`
    Value,
    /// Built, not handed over: a guard.
    Run,
}

/// What a parameter makes of a thing that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrap {
    /// It must be there.
    Plain,
    /// `Option`: `None` when it is absent.
    Option,
    /// `Result`: a failure is a value.
    Result,
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

/// What a function is called and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Where.
    pub place: Place,
    /// Name, module, place and what it provides in one number: that tells two functions apart in const evaluation, which takes
    /// long for strings.
    pub id: u64,
    /// Whether it is generic: then its name and place do not identify what it provides.
    pub generic: bool,
    /// Whether it is for any container: then the rules that ask for one are checked where one asks for it.
    pub anywhere: bool,
}

impl Function {
    /// The handler itself, where its own name and place are at hand: it need not be written once more.
    pub const ITSELF: Self = Self { name: "", place: Place::NOWHERE, id: 0, generic: false, anywhere: false };

    /// The function `name` of `module`, which stands where this is called.
    #[track_caller]
    #[must_use]
    pub const fn here(name: &'static str, module: &str, generic: bool) -> Self {
        Self::at(Place::here(), name, module, generic)
    }

    /// The function `name` of `module`, which stands at `place`.
    #[must_use]
    pub const fn at(place: Place, name: &'static str, module: &str, generic: bool) -> Self {
        let at = (place.line() as u64) << 32 | place.column() as u64;
        let id = hash(hash(hash(at, name), module), place.file());
        Self { name, place, id, generic, anywhere: false }
    }

    /// This function, which provides `ty`: one call of a macro, or one list, may write several.
    #[must_use]
    pub const fn providing(self, ty: &str) -> Self {
        Self { id: hash(self.id, ty), ..self }
    }

    /// This function, for any container.
    #[must_use]
    pub const fn anywhere(self) -> Self {
        Self { anywhere: true, ..self }
    }
}

/// Folds `text` into a hash (FNV-1a), without a call for each byte.
const fn hash(mut hash: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        hash = ((hash ^ bytes[i] as u64) as u128 * 0x0100_0000_01b3) as u64;
        i += 1;
    }
    hash
}

/// A parameter of a provider or handler: an edge of the graph.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// The name, without `_` in front and `r#`.
    pub name: &'static str,
    /// The type, as written, without `&`, `Option` and `Result`.
    pub ty: &'static str,
    /// What it names.
    pub node: NodeRef,
    /// How it is used.
    pub usage: Use,
    /// What becomes of its absence.
    pub wrap: Wrap,
    /// Whether its type depends on the generics of its function.
    pub open: bool,
    /// How it is read from the request, if it is an input.
    pub input: Option<&'static Input>,
    /// How the value of this type is looked at once it has been read.
    pub checked: Option<Checked>,
    /// Whether its type says how it is validated, and that cannot be done.
    pub unchecked: bool,
    /// Whether several functions may have a reference to the value at the same time.
    pub lends: bool,
    /// Whether several functions may have a reference to the error of its provider at the same time.
    pub lends_error: bool,
    /// Clones the value from one place to another, if it can be cloned.
    pub clone: Option<unsafe fn(*const u8, *mut u8)>,
    /// The value, of a guard that is one.
    pub guard: Option<Guarding>,
    /// The security scope that whoever takes what this is a parameter of requires.
    pub security: Option<ScopeName>,
    /// The schema of what an input wraps.
    pub schema: Schema,
    /// The doc comment.
    pub text: &'static str,
}

/// Whether neither the type of an input nor what reads it says how it is looked at.
const fn is_unchecked(checked: Option<Checked>, input: Option<&Input>) -> bool {
    matches!((checked, input), (None, Some(Input { checked: None, .. })))
}

/// A guard's value, without its type.
#[derive(Debug, Clone, Copy)]
pub struct Guarding {
    pub(crate) ty: TypeId,
    pub(crate) at: StaticRef<()>,
}

impl Guarding {
    pub(crate) const fn new<G: Send + Sync + 'static>(guard: &'static G) -> Self {
        Self { ty: TypeId::of::<G>(), at: StaticRef(std::ptr::from_ref(guard).cast()) }
    }

    /// Where it lies.
    pub(crate) fn place(self) -> *mut u8 {
        self.at.0.cast::<u8>().cast_mut()
    }
}

impl Param {
    /// A parameter `&T`; `lends` says whether `T` is `Sync`.
    #[must_use]
    pub const fn shared(name: &'static str, ty: &'static str, node: NodeRef, lends: bool) -> Self {
        let mut param = Self::new(name, ty, node, Use::Shared);
        param.lends = lends;
        param
    }

    /// Of nothing.
    const EMPTY: Self = Self {
        name: "",
        ty: "",
        node: NodeRef::new(&MISSING),
        usage: Use::Run,
        wrap: Wrap::Plain,
        open: false,
        input: None,
        checked: None,
        unchecked: false,
        lends: true,
        lends_error: true,
        clone: None,
        guard: None,
        security: None,
        schema: Schema::Any,
        text: "",
    };

    // Changed from what is at hand, because const evaluation takes longer for a literal of all fields.
    const fn new(name: &'static str, ty: &'static str, node: NodeRef, usage: Use) -> Self {
        let mut param = Self::EMPTY;
        param.name = name;
        param.ty = ty;
        param.node = node;
        param.usage = usage;
        param
    }

    /// A parameter `&mut T`.
    #[must_use]
    pub const fn exclusive(name: &'static str, ty: &'static str, node: NodeRef) -> Self {
        Self::new(name, ty, node, Use::Exclusive)
    }

    /// A parameter `Fresh<T>`.
    #[must_use]
    pub const fn fresh(name: &'static str, ty: &'static str, node: NodeRef) -> Self {
        Self::new(name, ty, node, Use::Fresh)
    }

    /// A parameter `Held<T>`.
    #[must_use]
    pub const fn held(name: &'static str, ty: &'static str, node: NodeRef) -> Self {
        Self::new(name, ty, node, Use::Held)
    }

    /// A parameter `Lazy<'_, T>`, which gives out `&T`; `lends` says whether `T` is `Sync`.
    #[must_use]
    pub const fn lazy(name: &'static str, ty: &'static str, node: NodeRef, lends: bool) -> Self {
        Self { lends, ..Self::new(name, ty, node, Use::Lazy) }
    }

    /// A parameter `T`.
    #[must_use]
    pub const fn value(
        name: &'static str,
        ty: &'static str,
        node: NodeRef,
        input: Option<&'static Input>,
        clone: Option<unsafe fn(*const u8, *mut u8)>,
    ) -> Self {
        let mut param = Self::new(name, ty, node, Use::Value);
        param.input = input;
        param.clone = clone;
        param
    }

    /// A parameter `T` of which nothing is known from its tokens: in one call, for the sake of the many that the compiler
    /// looks at.
    #[allow(clippy::too_many_arguments, reason = "generated code calls it")]
    #[must_use]
    pub const fn probed(
        name: &'static str,
        ty: &'static str,
        node: NodeRef,
        input: Option<&'static Input>,
        clone: Option<unsafe fn(*const u8, *mut u8)>,
        checked: Option<Checked>,
        wanted: bool,
        schema: Schema,
    ) -> Self {
        let mut param = Self::value(name, ty, node, input, clone);
        param.checked = checked;
        param.unchecked = wanted && is_unchecked(checked, input);
        param.schema = schema;
        param
    }

    /// What is built and not handed over: a guard, a field of a container.
    #[must_use]
    pub const fn run(name: &'static str, ty: &'static str, node: NodeRef, input: Option<&'static Input>) -> Self {
        Self { input, ..Self::new(name, ty, node, Use::Run) }
    }

    /// This parameter, of what stands for a security scope.
    #[must_use]
    pub(crate) const fn requiring(self, scope: ScopeName) -> Self {
        Self { security: Some(scope), ..self }
    }

    /// This parameter, with its value looked at once it has been read; `wanted` says that it should be.
    #[must_use]
    pub const fn checked(self, checked: Option<Checked>, wanted: bool) -> Self {
        Self { checked, unchecked: wanted && is_unchecked(checked, self.input), ..self }
    }

    /// How its value is looked at once it has been read, if it is: as its own type says, or what reads it.
    pub(crate) fn check(&self) -> Option<Checked> {
        self.checked.or_else(|| self.input?.checked)
    }

    /// This parameter, whose content has this schema.
    #[must_use]
    pub const fn schema(self, schema: Schema) -> Self {
        Self { schema, ..self }
    }

    /// This parameter, with its doc comment.
    #[must_use]
    pub const fn text(self, text: &'static str) -> Self {
        Self { text, ..self }
    }

    /// This parameter, of a type that depends on the generics of its function: whether it may be lent is asked where the function
    /// is called.
    #[must_use]
    pub const fn open(self) -> Self {
        Self { open: true, lends: true, lends_error: true, ..self }
    }

    /// This parameter in an `Option`.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { wrap: Wrap::Option, ..self }
    }

    /// This parameter in a `Result`; `lends_error` says whether the error is `Sync`, if it is lent.
    #[must_use]
    pub const fn fallible(self, lends_error: bool) -> Self {
        Self { wrap: Wrap::Result, lends_error, ..self }
    }
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

/// Sets what the value behind the pointer has to set.
pub type Decorates = unsafe fn(*mut u8, &mut Response);

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
    pub field: usize,
    /// For an input: what its type must be, as a help to whom the compiler refused it.
    pub requires: &'static str,
}

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
            field: 0,
            requires: "",
        }
    }

    /// The node of a provider that the framework brings: in any container, and at no place of the user's.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_framework<T: 'static>(ty: &'static str, name: &'static str, scope: Scope, build: Build) -> Self {
        let mut node = Self::bare::<T>(ty, scope, build);
        node.function.name = name;
        node.function.id = hash(node.function.id, name);
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
        assert!(size_of::<T>() == self.value.size, "the node is that of the type");
        Self { decorates: Some(decorate::<T>), ..self }
    }

    /// The node of a container's input.
    #[must_use]
    pub const fn given<T: 'static>(ty: &'static str, function: Function, field: usize) -> Self {
        let mut node = Self::bare::<T>(ty, Scope::Singleton, Build::Given);
        node.function = function.providing(ty);
        node.field = field;
        node
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

/// How a handler is called.
#[derive(Debug, Clone, Copy)]
pub enum HandlerCall {
    /// On the executor.
    Async(FutureCall<Response>),
    /// In place.
    Inline(for<'r> fn(Args<'r>) -> Response),
    /// On the blocking pool.
    Blocking(for<'r> fn(Args<'r>) -> Response),
    /// On the executor, once the head has gone out that opens a session.
    Session(FutureCall<Response>, SessionInfo),
}

/// What is known of the sessions of a route.
#[derive(Debug, Clone, Copy)]
pub struct SessionInfo {
    /// What opens them.
    pub opens: &'static dyn Opens,
    /// Boxes the error of a handler that returns a `Result`.
    pub boxed: Option<unsafe fn(*mut u8) -> BoxError>,
}

/// A route: what the table knows of it and what serves it.
#[derive(Debug)]
pub struct RouteRecord {
    /// What the routing table needs.
    pub meta: RouteMeta,
    /// What the handler depends on.
    pub params: &'static [Param],
    /// How it is called.
    pub call: HandlerCall,
    /// How what it returns becomes a response.
    pub answer: Answer,
    /// Whether its dependencies are resolved one by one.
    pub sequential: bool,
    /// Whether it runs to completion though the client has gone.
    pub detached: bool,
    /// How many bytes its requests' bodies may have, if it says so itself.
    pub body_limit: Option<usize>,
    /// What its documentation says beside what types say.
    pub docs: Docs,
}

/// A function that reads the body, on behalf of a handler or a guard.
#[derive(Debug, Clone, Copy)]
pub struct BodyReader {
    /// The function.
    pub function: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What it reads the body as.
    pub ty: &'static str,
    /// The request-scoped value that it is read for, and how that is asked for: two ways to one such value are one read.
    pub once: Option<(&'static Node, &'static str)>,
}

impl RouteRecord {
    /// A handler without options, whose function stands where this is called.
    ///
    /// Generated code calls this: the compiler takes less time for a call than for a literal of all that is in a record.
    #[allow(clippy::too_many_arguments, reason = "generated code calls it")]
    #[track_caller]
    #[must_use]
    pub const fn here(
        method: &'static str,
        path: &'static str,
        segments: &'static [Segment],
        name: &'static str,
        params: &'static [Param],
        call: HandlerCall,
        answer: Answer,
    ) -> Self {
        Self::new(RouteMeta::here(method, path, segments, name), params, call, answer)
    }

    const fn new(meta: RouteMeta, params: &'static [Param], call: HandlerCall, answer: Answer) -> Self {
        Self { meta, params, call, answer, sequential: false, detached: false, body_limit: None, docs: Docs::NONE }
    }

    /// The handler's function.
    #[must_use]
    pub const fn function(&self) -> Function {
        Function { name: self.meta.name, place: self.meta.place, ..Function::ITSELF }
    }

    /// A route of the framework's own, which no documentation lists; its arguments are [`Args::page`].
    #[must_use]
    pub const fn page(meta: RouteMeta, call: for<'r> fn(Args<'r>) -> Response) -> Self {
        static PARAMS: [Param; 2] = [
            Param::shared("uri", "Uri", <Uri as Provide<()>>::NODE, true),
            Param::shared("headers", "HeaderMap", <HeaderMap as Provide<()>>::NODE, true),
        ];
        Self {
            docs: Docs { hidden: true, ..Docs::NONE },
            ..Self::new(meta, &PARAMS, HandlerCall::Inline(call), Answer::DONE)
        }
    }

    /// A route that answers with an empty response: for tables that are built without macros.
    #[doc(hidden)]
    #[must_use]
    pub const fn bare(meta: RouteMeta) -> Self {
        fn call(_: Args<'_>) -> Response {
            Response::default()
        }
        Self::new(meta, &[], HandlerCall::Inline(call), Answer::DONE)
    }
}

/// A guard of a group: something that is built before the handler's own dependencies and may refuse.
#[derive(Debug)]
pub struct GuardRecord {
    /// The type, as written.
    pub name: &'static str,
    /// Where it is listed.
    pub function: Function,
    /// The edge to its provider.
    pub param: Param,
}

impl GuardRecord {
    /// Describes a guard, which is listed at `function`.
    #[must_use]
    pub const fn new(name: &'static str, function: Function, param: Param) -> Self {
        Self { name, function, param }
    }

    /// Who reads the body for it.
    #[must_use]
    pub const fn body(&'static self) -> Option<BodyReader> {
        super::check::reader(&self.function, std::slice::from_ref(&self.param))
    }
}
