//! What does a function's signature say?

use di_core::route::Pattern;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Block, FnArg, FnModifiers, GenericParam, Item, ItemFn, Lifetime, ReturnType, Type, TypeParamBound,
    parse::{ParseStream, Parser},
    parse_quote,
    token::Brace,
};

use super::{
    Param, Use, Words, Wrap,
    mended::is_broken,
    named::{parameters, written_out},
    param::{peel, type_args, wrapped},
};
use crate::{diag::Diagnostics, pretty::pretty};

/// How a function runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It returns a future.
    Async,
    /// In place.
    Inline,
    /// On the blocking pool.
    Blocking,
}

/// A function that can be injected.
pub(crate) struct Signature {
    /// The function, its body left out: that is parsed only by who looks into it.
    pub(crate) item: ItemFn,
    /// The body, in its braces.
    pub(crate) body: TokenStream,
    pub(crate) params: Vec<Param>,
    pub(crate) is_async: bool,
    pub(crate) words: Words,
}

/// What a provider returns.
pub(crate) struct Returned {
    /// The type it provides.
    pub(crate) value: Type,
    /// The whole return type, if it is a `Result`.
    pub(crate) result: Option<Type>,
    /// The error, if the tokens name it.
    pub(crate) error: Option<Type>,
}

impl Signature {
    /// Reads a function; `what` is a handler or a provider. `None` when it cannot be injected, which is on record.
    pub(crate) fn read(what: &str, tokens: &TokenStream, diags: &Diagnostics) -> Option<Self> {
        let Ok((item, body)) = head.parse2(tokens.clone()) else {
            match syn::parse2::<Item>(tokens.clone()) {
                // A function without a body, as the compiler says.
                Ok(Item::Verbatim(_)) if with_body(tokens).is_some() => {}
                Ok(other) => {
                    let help = match &other {
                        Item::Struct(item) if what == "provider" => format!(
                            "write a function that returns a `{}`; `#[derive(Provider)]` is for a struct whose fields are all provided",
                            item.ident
                        ),
                        _ => "put the attribute on a `fn` or an `async fn`".to_owned(),
                    };
                    diags.at(other, format!("a {what} is a function\nhelp: {help}"));
                }
                // The compiler has read it before, and has said what is wrong with it.
                Err(_) if has_broken_parameters(tokens) => {}
                Err(error) => diags.push(error),
            }
            return None;
        };
        // The compiler knows no such functions yet, and says so.
        if item.sig.variadic.is_some() {
            return None;
        }
        let (known, words) = (diags.len(), Words::of(tokens));
        if item.sig.receiver().is_none() && words.are_of_a_type() {
            let name = &item.sig.ident;
            diags.at(
                name,
                format!(
                    "a {what} is a function by itself, and `{name}` is one of a type, which `Self` stands for\n\
                     help: move it out of the `impl` block, and write the type in the place of `Self`"
                ),
            );
            return None;
        }
        refuse(what, &item, diags);
        let params: Vec<Param> = item.sig.inputs.iter().filter_map(|arg| Param::read(arg, what, diags)).collect();
        let is_async = item.sig.asyncness.is_some() || output_of_future(&item.sig.output).is_some();
        if what != "handler" {
            for param in params.iter().filter(|param| param.usage == Use::Held) {
                diags.at(
                    &param.ty,
                    format!("only a handler can hold a value for the rest of the request, and this is a {what}\nhelp: take `&mut {}`", pretty(&param.ty)),
                );
            }
        }
        for param in params.iter().filter(|param| param.usage == Use::Lazy && !is_async) {
            diags.at(
                &param.ty,
                format!(
                    "a `Lazy` is awaited, which a plain `fn` cannot do\nhelp: make `{}` an `async fn`, or take `&{}`",
                    item.sig.ident,
                    pretty(&param.ty)
                ),
            );
        }
        (known == diags.len()).then_some(Self { item, body, params, is_async, words })
    }

    /// What it returns, once awaited.
    pub(crate) fn output(&self) -> Option<&Type> {
        output_of(&self.item.sig.output)
    }

    /// Whether the type of what it returns can be named outside of the function.
    pub(crate) fn names_output(&self) -> bool {
        let nameable =
            |ty: &Type| borrowed(ty).is_none() && !matches!(ty, Type::Never(_)) && !pretty(ty).contains("impl ");
        self.output().is_none_or(nameable)
    }

    /// Refuses a body that is borrowed from a parameter: the response has it for longer.
    pub(crate) fn refuse_borrowed_body(&self, diags: &Diagnostics) {
        let sig = &self.item.sig;
        // If not from one alone, the compiler asks which.
        let from = sig.inputs.iter().map(|arg| match arg {
            FnArg::Typed(arg) => borrows(&arg.ty).len(),
            FnArg::Receiver(_) => 0,
        });
        if from.sum::<usize>() != 1 && sig.generics.lifetimes().next().is_none() {
            return;
        }
        if let Some((body, owned)) = self.output().and_then(borrowed_body) {
            diags.at(
                body,
                format!("the body of a response outlives what its handler has borrowed\nhelp: return a `{owned}`"),
            );
        }
    }

    /// Refuses the container as a dependency, which other frameworks hand over as the state of the application.
    pub(crate) fn refuse_container(&self, container: &Type, diags: &Diagnostics) {
        for Param { ty, .. } in &self.params {
            if wrapped("Arc", ty).unwrap_or(ty) == container {
                let container = pretty(container);
                diags.at(
                    ty,
                    format!(
                        "`{container}` is the container, and what it holds is asked for one by one\n\
                         help: take what `{}` needs of it, as in `pool: &Pool`",
                        self.item.sig.ident
                    ),
                );
            }
        }
    }

    /// Refuses the body of a request, as text or bytes, under the name of one of the path's parameters.
    pub(crate) fn refuse_body_in(&self, path: &Pattern, diags: &Diagnostics) {
        let is_body =
            |ty: &Type| matches!(ty, Type::Path(ty) if ty.path.is_ident("String") || ty.path.is_ident("Bytes"));
        let reads_body = |param: &&Param| param.usage == Use::Value && param.named.is_none() && is_body(&param.ty);
        for Param { name, ty, .. } in self.params.iter().filter(reads_body) {
            if path.param_names().any(|parameter| parameter == name) {
                let text = pretty(ty);
                diags.at(
                    ty,
                    format!(
                        "`{text}` by itself is the body of the request, and `{name}` is in the path\n\
                         help: write `{name}: Path<String>`; if it is the body, give it another name"
                    ),
                );
            }
        }
    }

    /// Refuses text, or a form, that would be read from the body of what has none, most often: elsewhere it is read from the query.
    pub(crate) fn refuse_body_of_none(&self, path: &Pattern, diags: &Diagnostics) {
        let is_text = |ty: &Type| matches!(ty, Type::Path(ty) if ty.path.is_ident("String"));
        let in_path = |name: &str| path.param_names().any(|parameter| parameter == name);
        for Param { name, ty, named, usage, wrap, .. } in &self.params {
            let (body, inner, instead) = if let Some(fields) = wrapped("Form", ty) {
                ("`Form`", pretty(fields), ": what a form sends by `GET` is in the query")
            } else if *usage == Use::Value && named.is_none() && is_text(ty) && !in_path(name) {
                ("`String` by itself", pretty(ty), "; for a body all the same, take `Bytes`")
            } else {
                continue;
            };
            let query =
                if *wrap == Wrap::Option { format!("Option<Query<{inner}>>") } else { format!("Query<{inner}>") };
            diags.at(
                ty,
                format!(
                    "{body} is the body of the request, and `{}` answers requests without one\n\
                     help: write `{name}: {query}`{instead}",
                    self.item.sig.ident
                ),
            );
        }
    }

    /// Its error type, as `taken_apart` finds it, where that can be named outside of the function.
    pub(crate) fn failure(&self) -> Option<Returned> {
        let returned = taken_apart(self.output()?);
        let error = returned.error.as_ref().or(returned.result.as_ref())?;
        (borrowed(error).is_none() && !pretty(error).contains("impl ")).then_some(returned)
    }

    /// What a job returns, which may be nothing; the outer `None` is for what it cannot return.
    pub(crate) fn returned_by_job(&self, diags: &Diagnostics) -> Option<Option<Returned>> {
        let Some(ty) = self.output() else { return Some(None) };
        if self.names_output() {
            let returned = taken_apart(ty);
            refuse_unsent(&returned, diags);
            return Some(Some(returned));
        }
        diags.at(
            ty,
            "what a job returns outlives what it has borrowed, and its type has a name\n\
             help: return an owned type, or a `Result` of owned types",
        );
        None
    }

    /// What it provides.
    pub(crate) fn returned(&self, diags: &Diagnostics) -> Option<Returned> {
        let Some(ty) = self.output() else {
            diags.at(
                &self.item.sig.ident,
                "a provider returns what it provides\nhelp: add a return type, `-> Session`; a check that provides nothing is a \
                 type of its own, `struct Checked;`",
            );
            return None;
        };
        if let Some(borrowed) = borrowed(ty) {
            diags.at(
                borrowed,
                "a provided value is kept for the whole request, so it cannot borrow\n\
                 help: return an owned type; what it would borrow from can be a dependency of its users",
            );
            return None;
        }
        if let Type::ImplTrait(_) = ty {
            diags.at(
                ty,
                "`impl Trait` is no type that can be asked for\nhelp: name the type, or return `Arc<dyn Trait>`",
            );
            return None;
        }
        if self.refuse_unsized("Arc<str>", diags) {
            return None;
        }
        let returned = taken_apart(ty);
        refuse_unsent(&returned, diags);
        Some(returned)
    }

    /// Refuses what has no size, where the tokens tell that it has none; text is better returned as `of_text`. Says whether it does.
    pub(crate) fn refuse_unsized(&self, of_text: &str, diags: &Diagnostics) -> bool {
        let Some(value) = self.output().map(value_of) else { return false };
        let Some(owned) = owner_of(value) else { return false };
        let ty = pretty(value);
        let owned = if ty == "str" { of_text.to_owned() } else { owned };
        diags.at(value, format!("`{ty}` has no size of its own, so no function can return it\nhelp: return `{owned}`"));
        true
    }

    /// Refuses the trait of responses where a response stands; says whether it does.
    pub(crate) fn refuse_response_trait(&self, diags: &Diagnostics) -> bool {
        let Some(ty) = self.output().and_then(response_trait) else { return false };
        diags.at(
            ty,
            "a handler returns one type, and `IntoResponse` is a trait\n\
             help: write `impl IntoResponse`, or if there are several types `Response`, each with `.into_response()`",
        );
        true
    }

    /// A function in the place of one that borrows from nobody knows what: the compiler would say that too.
    pub(crate) fn in_place_of_borrowing(&self) -> Option<ItemFn> {
        let taken =
            || self.params.iter().filter(|param| param.usage == Use::Shared || param.usage == Use::Exclusive).count();
        (elided(self.output()?) > 0 && taken() != 1).then(|| in_place(&self.item))
    }
}

/// The function beside what is made of it. One that is refused stands there in a form to which the compiler has nothing to add.
pub(crate) fn emitted(item: &TokenStream, diags: &Diagnostics) -> TokenStream {
    let refused = if diags.is_empty() { None } else { readable(item) };
    match refused.as_ref().and_then(in_place_of_unsized) {
        Some(in_place) => written_out(&in_place.into_token_stream()),
        None => written_out(item),
    }
}

/// A function in the place of one that takes or returns what has no size: the compiler would say that too.
fn in_place_of_unsized(item: &ItemFn) -> Option<ItemFn> {
    let output = output_of(&item.sig.output);
    let is_refused = item.sig.inputs.iter().filter_map(type_of).any(untaken)
        || output.is_some_and(|output| owner_of(value_of(output)).is_some() || response_trait(output).is_some());
    is_refused.then(|| in_place(item))
}

/// Whether no function can take a value of a type, as far as its tokens tell.
fn untaken(ty: &Type) -> bool {
    matches!(ty, Type::Infer(_) | Type::Never(_)) || owner_of(ty).is_some()
}

/// A function of the same name that takes something else where it can take no value, and returns nothing.
fn in_place(item: &ItemFn) -> ItemFn {
    let mut item = item.clone();
    for arg in &mut item.sig.inputs {
        if let FnArg::Typed(arg) = arg
            && untaken(&arg.ty)
        {
            *arg.ty = parse_quote!(());
        }
    }
    item.sig.output = parse_quote!(-> !);
    item.block = parse_quote!({ loop {} });
    item.attrs.push(parse_quote!(#[allow(unused)]));
    item
}

/// What a function returns, once awaited.
fn output_of(output: &ReturnType) -> Option<&Type> {
    output_of_future(output).or(match output {
        ReturnType::Type(_, ty) => Some(peel(ty)),
        ReturnType::Default => None,
    })
}

/// The type that a provider would provide if it did not return a reference.
pub(crate) fn without_reference(item: &ItemFn) -> Option<Type> {
    let ReturnType::Type(_, ty) = &item.sig.output else { return None };
    match peel(&taken_apart(ty).value) {
        Type::Reference(reference) if borrows(&reference.elem).is_empty() && owner_of(&reference.elem).is_none() => {
            Some((*reference.elem).clone())
        }
        _ => None,
    }
}

fn type_of(arg: &FnArg) -> Option<&Type> {
    match arg {
        FnArg::Typed(arg) => Some(&arg.ty),
        FnArg::Receiver(_) => None,
    }
}

/// The trait of responses where a type should stand, in what a function returns.
fn response_trait(output: &Type) -> Option<&Type> {
    let output = peel(output);
    match output {
        Type::TraitObject(object) => {
            let is_it = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| last.ident == "IntoResponse"));
            object.bounds.iter().any(is_it).then_some(output)
        }
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            match last.ident.to_string().as_str() {
                "IntoResponse" => Some(output),
                "Box" | "Arc" | "Option" => {
                    type_args(&last.arguments).first().and_then(|inner| response_trait(inner)).map(|_| output)
                }
                "Result" => type_args(&last.arguments).into_iter().find_map(response_trait),
                _ => None,
            }
        }
        _ => None,
    }
}

/// How many references in it do not say for how long.
fn elided(ty: &Type) -> usize {
    let says = |borrow: &&TokenStream| borrow.to_string().contains('\'');
    borrows(ty).iter().filter(|borrow| !says(borrow)).count()
}

/// What holds a value of a type that has no size of its own, where the tokens tell that it is one.
pub(crate) fn owner_of(ty: &Type) -> Option<String> {
    let ty = peel(ty);
    match ty {
        Type::TraitObject(_) if is_unsent_object(ty) => Some(format!("Arc<{} + Send + Sync>", pretty(ty))),
        Type::Slice(slice) => Some(format!("Vec<{}>", pretty(&slice.elem))),
        Type::Path(path) if path.path.is_ident("str") => Some("Arc<str>".into()),
        Type::TraitObject(_) => Some(format!("Arc<{}>", pretty(ty))),
        _ => None,
    }
}

/// Whether it is written as a trait object that does not say that it is `Send`.
fn is_unsent_object(ty: &Type) -> bool {
    matches!(ty, Type::TraitObject(_)) && !pretty(ty).contains("Send")
}

/// Refuses a boxed error that is not `Send`, as far as its tokens tell.
fn refuse_unsent(returned: &Returned, diags: &Diagnostics) {
    let Some(boxed) = returned.error.as_ref().map(peel) else { return };
    if let Some(error) = wrapped("Box", boxed).filter(|error| is_unsent_object(error)) {
        let (text, error) = (pretty(boxed), pretty(error));
        diags.at(
            boxed,
            format!(
                "`{text}` is not `Send`, and an error may go from one thread to another\n\
                 help: write `Box<{error} + Send + Sync>`"
            ),
        );
    }
}

/// Whether a function stands in an `impl` block or a trait, as far as that shows.
pub(crate) fn is_of_a_type(sig: &syn::Signature, item: &TokenStream) -> bool {
    sig.receiver().is_some() || Words::of(item).are_of_a_type()
}

/// Whether a function has parameters that the compiler cannot read.
pub(crate) fn has_broken_parameters(item: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    matches!(parameters(&tokens).map(|at| &tokens[at]), Some(TokenTree::Group(list)) if is_broken(list.stream()))
}

/// Of a function that ends with a `;`, the function with a body.
fn with_body(item: &TokenStream) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    parameters(&tokens)?;
    matches!(tokens.pop()?, TokenTree::Punct(last) if last.as_char() == ';').then(|| {
        tokens.push(Group::new(Delimiter::Brace, TokenStream::new()).into());
        tokens.into_iter().collect()
    })
}

/// What can be read of a function that is refused: all but its body, or all but its parameters as well, which may be what cannot be read.
/// None of one of a type: in an `impl` block nothing can stand beside it.
pub(crate) fn readable(item: &TokenStream) -> Option<ItemFn> {
    let without_parameters = || {
        let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
        let at = parameters(&tokens)?;
        let TokenTree::Group(list) = &tokens[at] else { return None };
        let is_self = |token: TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "self");
        if list.stream().into_iter().any(is_self) {
            return None;
        }
        tokens[at] = Group::new(Delimiter::Parenthesis, TokenStream::new()).into();
        head.parse2(tokens.into_iter().collect()).ok()
    };
    let with_body = || head.parse2(with_body(item)?).ok();
    let (function, _) = head.parse2(item.clone()).ok().or_else(without_parameters).or_else(with_body)?;
    (!is_of_a_type(&function.sig, item)).then_some(function)
}

/// A function whose body is kept as tokens: most of an item's tokens are there, and an editor's user is typing in it.
fn head(input: ParseStream<'_>) -> syn::Result<(ItemFn, TokenStream)> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    let sig = input.parse()?;
    let body = braces(input.parse()?).ok_or_else(|| input.error("expected a body"))?;
    let block = Box::new(Block { brace_token: Brace(body.span()), stmts: Vec::new() });
    let item = ItemFn { attrs, vis, modifiers: FnModifiers::default(), sig, block };
    Ok((item, TokenTree::Group(body).into()))
}

/// A body; what a macro has from its `$body:block` is in an invisible group.
fn braces(token: TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = token else { return None };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => braces(group.stream().into_iter().next()?),
        Delimiter::Parenthesis | Delimiter::Bracket => None,
    }
}

/// Refuses what no generated call could call.
fn refuse(what: &str, item: &ItemFn, diags: &Diagnostics) {
    let sig = &item.sig;
    if let syn::Safety::Unsafe(token) = &sig.safety {
        diags.at(
            token,
            format!(
                "a {what} is called by generated code, which cannot promise what `unsafe` asks\nhelp: remove `unsafe`"
            ),
        );
    }
    if matches!(what, "handler" | "job") {
        for param in &sig.generics.params {
            if !matches!(param, GenericParam::Lifetime(_)) {
                diags.at(
                    param,
                    format!(
                        "a {what} cannot be generic: {} is one function\nhelp: write the type it is for",
                        if what == "job" { "it" } else { "a route" }
                    ),
                );
            }
        }
    }
}

/// The output of `impl Future<Output = T>`.
fn output_of_future(output: &ReturnType) -> Option<&Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    let Type::ImplTrait(bounds) = peel(ty) else { return None };
    bounds.bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last().filter(|last| last.ident == "Future")?;
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            syn::GenericArgument::AssocType(assoc) if assoc.ident == "Output" => Some(&assoc.ty),
            _ => None,
        })
    })
}

/// `Result<T, E>`, `io::Result<T>` or `T`.
fn taken_apart(ty: &Type) -> Returned {
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last().filter(|last| last.ident == "Result")
        && let [value, rest @ ..] = &type_args(&last.arguments)[..]
    {
        return Returned {
            value: (*value).clone(),
            result: Some(ty.clone()),
            error: rest.first().map(|&ty| ty.clone()),
        };
    }
    Returned { value: ty.clone(), result: None, error: None }
}

/// The `T` of these.
fn value_of(ty: &Type) -> &Type {
    let Type::Path(path) = ty else { return ty };
    let last = path.path.segments.last().filter(|last| last.ident == "Result");
    last.and_then(|last| type_args(&last.arguments).first().copied()).unwrap_or(ty)
}

/// The first reference or lifetime in a type.
pub(super) fn borrowed(ty: &Type) -> Option<TokenStream> {
    borrows(ty).into_iter().next()
}

/// The same, or a reference that is `'static`.
pub(super) fn reference(ty: &Type) -> Option<TokenStream> {
    references(ty, |_| true).into_iter().next()
}

/// All references and lifetimes in a type, but for `'static` and those that are a call's, as in `Fn(&T)`.
fn borrows(ty: &Type) -> Vec<TokenStream> {
    references(ty, |lifetime| !is_static(lifetime))
}

/// All lifetimes in a type but `'static`, and all references by a lifetime of which `is_one` holds, but for those that are a call's.
fn references(ty: &Type, is_one: fn(Option<&Lifetime>) -> bool) -> Vec<TokenStream> {
    use syn::visit::Visit;

    struct Find(Vec<TokenStream>, fn(Option<&Lifetime>) -> bool);
    impl<'ast> Visit<'ast> for Find {
        fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
            if (self.1)(reference.lifetime.as_ref()) {
                self.0.push(reference.to_token_stream());
            }
            self.visit_type(&reference.elem);
        }
        fn visit_parenthesized_generic_arguments(&mut self, _: &'ast syn::ParenthesizedGenericArguments) {}
        fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
        fn visit_trait_bound(&mut self, bound: &'ast syn::TraitBound) {
            if bound.lifetimes.is_none() {
                syn::visit::visit_trait_bound(self, bound);
            }
        }
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            if !is_static(Some(lifetime)) {
                self.0.push(lifetime.to_token_stream());
            }
        }
    }
    let mut find = Find(Vec::new(), is_one);
    find.visit_type(ty);
    find.0
}

/// What of a handler's return type is text or bytes that it borrows, for a body to be made of, and the owned type.
fn borrowed_body(ty: &Type) -> Option<(&Type, &'static str)> {
    /// Responses whose bodies are those of what they wrap.
    const WRAPPERS: &[&str] = &["Box", "Created", "Html", "Option", "Result", "Tagged"];
    let ty = peel(ty);
    match ty {
        Type::Reference(reference) if is_static(reference.lifetime.as_ref()) => None,
        Type::Reference(reference) => match peel(&reference.elem) {
            Type::Path(path) if path.path.is_ident("str") => Some((ty, "String")),
            Type::Slice(_) => Some((ty, "Vec<u8>")),
            _ => None,
        },
        Type::Tuple(tuple) => borrowed_body(tuple.elems.last()?),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            if last.ident == "Cow" {
                // Without a lifetime it has one all the same.
                return (!lives_forever(&last.arguments)).then_some((ty, "String"));
            }
            let is_wrapper = WRAPPERS.iter().any(|name| last.ident == name);
            type_args(&last.arguments).into_iter().filter(|_| is_wrapper).find_map(borrowed_body)
        }
        _ => None,
    }
}

/// Whether `'static` is among the arguments.
fn lives_forever(arguments: &syn::PathArguments) -> bool {
    let syn::PathArguments::AngleBracketed(arguments) = arguments else { return false };
    arguments.args.iter().any(|argument| matches!(argument, syn::GenericArgument::Lifetime(of) if is_static(Some(of))))
}

fn is_static(lifetime: Option<&Lifetime>) -> bool {
    lifetime.is_some_and(|lifetime| lifetime.ident == "static")
}
