//! What does a parameter ask for?

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, FnArg, GenericArgument, Lifetime, Pat, PatType, PathArguments, Type, ext::IdentExt};

use super::{
    docs,
    function::{borrowed, reference},
    named::{named, of_parameter},
};
use crate::{diag::Diagnostics, pretty::pretty};

/// How a parameter uses what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Shared,
    Exclusive,
    Value,
    /// `Fresh<T>`
    Fresh,
    /// `Held<T>`, which only a handler may take.
    Held,
    /// `Lazy<'_, T>`, which only what is asynchronous may take.
    Lazy,
    /// A guard: built, not handed over.
    Run,
}

/// What becomes of something that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrap {
    Plain,
    Option,
    Result,
}

/// A parameter of a handler or provider, or an injected field.
#[derive(Clone)]
pub(crate) struct Param {
    /// The name that inputs are read by; empty if a pattern gives none.
    pub(crate) name: String,
    /// The type, without `&`, `Option` and `Result`.
    pub(crate) ty: Type,
    /// The qualifier that `#[named(..)]` gives.
    pub(crate) named: Option<Type>,
    pub(crate) usage: Use,
    pub(crate) wrap: Wrap,
    /// The error type of a `Result`.
    pub(crate) error: Option<Type>,
    /// The doc comment.
    pub(crate) text: Option<TokenStream>,
}

impl Param {
    /// Reads a parameter of a handler, a provider or `what` else; `None` when it is none that can be injected, which is then on
    /// record.
    pub(crate) fn read(arg: &FnArg, what: &str, diags: &Diagnostics) -> Option<Self> {
        match arg {
            FnArg::Receiver(receiver) => {
                diags.at(
                    receiver,
                    "a method cannot be injected: nothing provides its `self`\n\
                     help: make it a free function and take what it needs as a parameter",
                );
                None
            }
            FnArg::Typed(PatType { attrs, pat, ty, .. }) => {
                let name = pattern_name(pat);
                if of_parameter(if name.is_empty() { "name" } else { &name }, ty, attrs, diags) {
                    return None;
                }
                Self::of(name, attrs, ty, what, diags)
            }
        }
    }

    /// What the type `ty` asks for under `name` in `what`, with what its attributes say.
    pub(crate) fn of(name: String, attrs: &[Attribute], ty: &Type, what: &str, diags: &Diagnostics) -> Option<Self> {
        let named = named(attrs, diags);
        let (wrap, whole, error) = unwrap(ty);
        let known: &[(&str, Use)] = &[("Held", Use::Held), ("Fresh", Use::Fresh), ("Lazy", Use::Lazy)];
        let wrapper = known.iter().find_map(|&(by, usage)| Some((usage, wrapped(by, whole)?)));
        let (usage, inner) = match wrapper {
            Some((Use::Held, held)) if wrap != Wrap::Plain => {
                let held = pretty(held);
                diags.at(
                    ty,
                    format!("what is held is there: `Held` is neither optional nor a `Result`\nhelp: write `Held<{held}>`, or borrow it, `Option<&{held}>`"),
                );
                return None;
            }
            Some((Use::Lazy, lazy)) if wrap != Wrap::Plain => {
                let lazy = pretty(lazy);
                diags.at(
                    ty,
                    format!("a `Lazy` refuses when it is awaited, and is itself always there\nhelp: write `Lazy<'_, {lazy}>`"),
                );
                return None;
            }
            Some(wrapper) => wrapper,
            None => unborrow(whole),
        };
        if let Some(why) = wrapped_twice(wrap, whole, error) {
            diags.at(ty, why);
            return None;
        }
        if let Some(why) =
            refused(inner).or_else(|| pairs(inner)).or_else(|| primitive(&name, what, usage, wrap, inner))
        {
            diags.at(ty, why);
            return None;
        }
        if let Some(lifetime) = [Some(whole), error].into_iter().flatten().find_map(static_lifetime) {
            let help = match usage {
                Use::Lazy => format!("write `Lazy<'_, {}>`", pretty(inner)),
                _ => "remove the lifetime, or take the value by clone".into(),
            };
            diags.at(lifetime, format!("what a request has does not live for `'static`\nhelp: {help}"));
            return None;
        }
        if let Some(error) = error
            && let Some(why) = error_of(whole, usage, error)
        {
            diags.at(error, why);
            return None;
        }
        if usage != Use::Value
            && let Some(lazy) = borrowed(inner).and_then(|_| wrapped("Lazy", inner))
        {
            let lazy = pretty(lazy);
            diags.at(ty, format!("a `Lazy` borrows by itself, and is taken by value\nhelp: write `Lazy<'_, {lazy}>`"));
            return None;
        }
        if let Some(by_value) = ["Fresh", "Held"].into_iter().find(|name| wrapped(name, inner).is_some())
            && matches!(usage, Use::Shared | Use::Exclusive)
        {
            let whole = pretty(inner);
            diags.at(ty, format!("a `{by_value}` is taken by value\nhelp: write `{whole}`"));
            return None;
        }
        let borrowed = if is_wrapper(inner) { reference(inner) } else { borrowed(inner) };
        if let Some(borrowed) = borrowed {
            let help = match inner {
                Type::Tuple(_) => "take each of these as a parameter of its own".to_owned(),
                _ if is_lifetime(&borrowed) && is_wrapper(inner) => {
                    "make it a type that owns what it has, with `String` in place of `&str`; `Cow<'static, str>` is one"
                        .to_owned()
                }
                _ if is_lifetime(&borrowed) => format!(
                    "write `'static` in place of `{borrowed}`, as its provider does, or make it a type that owns what it has"
                ),
                _ => "make it an owned type, with `String` in place of `&str`".to_owned(),
            };
            diags.at(borrowed, format!("the type of a dependency or input borrows nothing\nhelp: {help}"));
            return None;
        }
        let error = error.map(|error| unborrow(error).1.clone());
        Some(Self { name, ty: inner.clone(), named, usage, wrap, error, text: docs::text(attrs) })
    }
}

fn is_lifetime(tokens: &TokenStream) -> bool {
    syn::parse2::<Lifetime>(tokens.clone()).is_ok()
}

/// Why a type cannot be a dependency, where its tokens tell.
fn refused(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) if path.path.segments.last().is_some_and(is_short_result) => {
            Some(format!("`{}` does not say what the failure is\nhelp: write both types, `Result<&T, &E>`", pretty(ty)))
        }
        Type::ImplTrait(_) => Some(
            "`impl Trait` names no type that could be provided\nhelp: write the type, or provide `Arc<dyn Trait>`"
                .into(),
        ),
        Type::TraitObject(_) => Some(format!(
            "`{0}` has no size of its own, so it is provided behind a pointer\n\
             help: take that, `&Arc<{0}>` or `&Box<{0}>`, as its provider returns it",
            pretty(ty)
        )),
        Type::Reference(_) | Type::Slice(_) | Type::Ptr(_) | Type::FnPtr(_) | Type::Infer(_) | Type::Never(_) => {
            Some(format!("`{}` is not a dependency\nhelp: name the type that a provider returns", pretty(ty)))
        }
        _ => None,
    }
}

/// What is wrong with an `Option` in a `Result`, or the other way round, of what is borrowed or read from a request.
fn wrapped_twice(wrap: Wrap, inner: &Type, error: Option<&Type>) -> Option<String> {
    if wrap == Wrap::Plain {
        return None;
    }
    let (within, ty, own_error) = unwrap(inner);
    let error = error.or(own_error)?;
    if within == Wrap::Plain || wrap == within {
        return None;
    }
    let are_credentials = ["Bearer", "Basic", "ApiKey"].iter().any(|name| is_called(name, ty));
    if reference(ty).is_none() && !is_wrapper(ty) && !are_credentials {
        return None;
    }
    let error = match unborrow(ty).0 {
        Use::Value => pretty(unborrow(error).1),
        _ => format!("&{}", pretty(unborrow(error).1)),
    };
    let ty = pretty(ty);
    Some(format!(
        "a parameter is an `Option` or a `Result`, and not both\n\
         help: write `Option<{ty}>`, which is `None` where it is absent, or `Result<{ty}, {error}>`, which has why it is not there"
    ))
}

/// Whether this is the name of a type, whatever its path and its arguments.
pub(crate) fn is_called(name: &str, ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

/// What is wrong with a list of pairs, which other frameworks read a query as: here a list has one name.
fn pairs(ty: &Type) -> Option<String> {
    let source = ["Query", "Form"].into_iter().find(|source| {
        let list = wrapped(source, ty).and_then(|list| wrapped("Vec", list));
        list.is_some_and(|item| matches!(item, Type::Tuple(_)))
    })?;
    Some(format!(
        "a list is the values of one name, and none of them is a tuple\n\
         help: for all names take a map, `{source}<HashMap<String, Vec<String>>>`; for those that are known a struct of them"
    ))
}

/// The `'static` of `&'static T` or `Lazy<'static, T>`.
fn static_lifetime(ty: &Type) -> Option<&Lifetime> {
    let lifetime = match ty {
        Type::Reference(reference) => reference.lifetime.as_ref(),
        Type::Path(path) => {
            let lazy = path.path.segments.last().filter(|last| last.ident == "Lazy")?;
            let PathArguments::AngleBracketed(arguments) = &lazy.arguments else { return None };
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Lifetime(lifetime) => Some(lifetime),
                _ => None,
            })
        }
        _ => None,
    };
    lifetime.filter(|lifetime| lifetime.ident == "static")
}

/// Why a `Result` of `value` cannot have this `error`: both are borrowed, or neither is.
fn error_of(value: &Type, usage: Use, error: &Type) -> Option<String> {
    let (how, owned) = unborrow(error);
    let (value, owned) = (pretty(value), pretty(owned));
    match (usage, how) {
        (Use::Shared | Use::Exclusive, Use::Shared) => None,
        (Use::Shared | Use::Exclusive, _) => {
            Some(format!("the error of what is borrowed is borrowed too\nhelp: write `Result<{value}, &{owned}>`"))
        }
        (_, Use::Value) => None,
        _ => Some(format!(
            "the error of what is taken by value is taken by value too\n\
             help: write `Result<{value}, {owned}>`; of what is shared both are borrowed, `Result<&T, &E>`"
        )),
    }
}

/// The types of the language that a value in a request may have.
pub(crate) const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// Why a number or the like cannot be taken by value, and text not at all: it says nothing about where it comes from.
fn primitive(name: &str, what: &str, usage: Use, wrap: Wrap, ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let written = path.path.get_ident()?.to_string();
    let (written, read) = match written.as_str() {
        "str" if usage == Use::Value => ("str", "String"),
        "str" => ("&str", "String"),
        number if usage == Use::Value && PRIMITIVES.contains(&number) => (number, number),
        _ => return None,
    };
    let name = if name.is_empty() { "id" } else { name };
    let help = match wrap {
        _ if what == "job" => {
            "a job has no request to read it from: borrow a type that is provided, and take it from that".to_owned()
        }
        // A path has all of its parameters.
        Wrap::Option => format!("write `{name}: Option<Query<{read}>>`, or provide a type of your own"),
        Wrap::Plain | Wrap::Result => {
            format!("write `{name}: Path<{read}>` or `{name}: Query<{read}>`, or provide a type of your own")
        }
    };
    Some(format!("`{written}` does not say where it comes from\nhelp: {help}"))
}

/// `Option<T>` and `Result<T, E>` taken apart.
fn unwrap(ty: &Type) -> (Wrap, &Type, Option<&Type>) {
    let ty = peel(ty);
    let Type::Path(path) = ty else { return (Wrap::Plain, ty, None) };
    let Some(last) = path.path.segments.last() else { return (Wrap::Plain, ty, None) };
    let types = type_args(&last.arguments);
    match (last.ident.to_string().as_str(), &types[..]) {
        ("Option", [inner]) => (Wrap::Option, peel(inner), None),
        ("Result", [inner, error]) => (Wrap::Result, peel(inner), Some(peel(error))),
        _ => (Wrap::Plain, ty, None),
    }
}

/// The `T` of `Held<T>`, `Fresh<T>` or `Lazy<'_, T>`. By a path from its own crate it is a type of the user's, whatever its name.
pub(crate) fn wrapped<'t>(by: &str, ty: &'t Type) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    if path.path.segments.len() > 1 && is_own(&path.path.segments[0].ident) {
        return None;
    }
    let last = path.path.segments.last().filter(|last| last.ident == by)?;
    match type_args(&last.arguments)[..] {
        [inner] => Some(peel(inner)),
        _ => None,
    }
}

/// Whether it is written as one of the framework's wrappers of what is read from a request.
pub(crate) fn is_wrapper(ty: &Type) -> bool {
    const WRAPPERS: &[&str] = &["Json", "Form", "MultipartForm", "Query", "Path", "Header", "Cookie"];
    WRAPPERS.iter().any(|wrapper| wrapped(wrapper, ty).is_some())
}

/// Whether a path that begins so names an item of the user's crate.
fn is_own(first: &Ident) -> bool {
    first == "crate" || first == "self" || first == "super"
}

/// The `T` of `Path<T>`.
pub(crate) fn path_type(ty: &Type) -> Option<&Type> {
    wrapped("Path", ty)
}

/// `Result<T>`, an alias of somebody's.
fn is_short_result(segment: &syn::PathSegment) -> bool {
    segment.ident == "Result" && type_args(&segment.arguments).len() == 1
}

fn unborrow(ty: &Type) -> (Use, &Type) {
    match peel(ty) {
        Type::Reference(reference) if reference.mutability.is_some() => (Use::Exclusive, peel(&reference.elem)),
        Type::Reference(reference) => (Use::Shared, peel(&reference.elem)),
        ty => (Use::Value, ty),
    }
}

/// The types among the arguments of a path segment.
pub(super) fn type_args(arguments: &PathArguments) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// A type without parentheses and the invisible groups that macros leave.
pub(super) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => peel(&inner.elem),
        Type::Group(inner) => peel(&inner.elem),
        ty => ty,
    }
}

/// The name that a pattern binds: `id` of `id`, `mut id`, `Path(id)` and `_id`.
fn pattern_name(pat: &Pat) -> String {
    match pat {
        Pat::Ident(pat) => ident_name(&pat.ident),
        Pat::TupleStruct(pat) => match pat.elems.first() {
            Some(inner) if pat.elems.len() == 1 => pattern_name(inner),
            _ => String::new(),
        },
        Pat::Paren(pat) => pattern_name(&pat.pat),
        Pat::Reference(pat) => pattern_name(&pat.pat),
        _ => String::new(),
    }
}

/// An identifier as an input's name: without `r#` and `_` in front.
pub(crate) fn ident_name(ident: &Ident) -> String {
    ident.unraw().to_string().trim_start_matches('_').to_owned()
}

/// An identifier as its owner writes it, without `r#`.
pub(crate) fn ident_name_raw(ident: &Ident) -> String {
    ident.unraw().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[track_caller]
    fn check(arg: &FnArg, name: &str, ty: &str, usage: Use, wrap: Wrap) {
        let diags = Diagnostics::new();
        let param = Param::read(arg, "handler", &diags);
        assert!(diags.finish().is_empty());
        let param = param.unwrap();
        assert_eq!((param.name.as_str(), pretty(&param.ty).as_str()), (name, ty));
        assert_eq!((param.usage, param.wrap), (usage, wrap));
    }

    #[test]
    fn tells_how_a_parameter_is_used() {
        check(&parse_quote!(user: &User), "user", "User", Use::Shared, Wrap::Plain);
        check(&parse_quote!(s: &mut Session), "s", "Session", Use::Exclusive, Wrap::Plain);
        check(&parse_quote!(Path(id): Path<u64>), "id", "Path<u64>", Use::Value, Wrap::Plain);
        check(&parse_quote!(r#type: Query<u8>), "type", "Query<u8>", Use::Value, Wrap::Plain);
        check(&parse_quote!(_user: Option<&User>), "user", "User", Use::Shared, Wrap::Option);
        check(&parse_quote!(q: Option<Query<u8>>), "q", "Query<u8>", Use::Value, Wrap::Option);
        check(&parse_quote!(f: &Arc<dyn Fn(&str) -> u8>), "f", "Arc<dyn Fn(&str) -> u8>", Use::Shared, Wrap::Plain);
        check(&parse_quote!(u: Result<&User, &AuthError>), "u", "User", Use::Shared, Wrap::Result);
        check(&parse_quote!(b: Result<Json<A>, Rejection>), "b", "Json<A>", Use::Value, Wrap::Result);
        check(&parse_quote!(Path((a, b)): Path<(u8, u8)>), "", "Path<(u8, u8)>", Use::Value, Wrap::Plain);
        check(&parse_quote!(lock: Held<Lock>), "lock", "Lock", Use::Held, Wrap::Plain);
        check(&parse_quote!(lock: crate::Held<Lock>), "lock", "crate::Held<Lock>", Use::Value, Wrap::Plain);
    }

    #[test]
    fn refuses_what_nothing_can_provide() {
        for arg in [
            parse_quote!(self),
            parse_quote!(&self),
            parse_quote!(x: impl Clone),
            parse_quote!(x: &str),
            parse_quote!(x: &[u8]),
            parse_quote!(x: &'static Pool),
            parse_quote!(x: Option<&'static Pool>),
            parse_quote!(x: Lazy<'static, Pool>),
            parse_quote!(x: Query<&str>),
            parse_quote!(x: Json<Vec<&'static str>>),
            parse_quote!(x: &Session<'a>),
            parse_quote!(x: u32),
            parse_quote!(x: Option<bool>),
            parse_quote!(x: io::Result<&Pool>),
            parse_quote!(x: Result<&Pool, Refused>),
            parse_quote!(x: Result<&mut Pool, &mut Refused>),
            parse_quote!(x: Result<Json<A>, &Rejection>),
            parse_quote!(x: Result<Fresh<Pool>, &Refused>),
        ] {
            let diags = Diagnostics::new();
            assert!(Param::read(&arg, "handler", &diags).is_none());
            assert_eq!(diags.finish().len(), 1);
        }
    }
}
