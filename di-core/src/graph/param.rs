//! The edges of the graph: what a function takes, and how.

use std::any::TypeId;

use super::{Checked, Input, MISSING, NodeRef, StaticRef};
use crate::{ScopeName, describe::Schema};

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
        Self { ty: TypeId::of::<G>(), at: StaticRef::erased(guard) }
    }

    /// Where it lies.
    pub(crate) fn place(self) -> *mut u8 {
        self.at.as_ptr().cast::<u8>().cast_mut()
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
