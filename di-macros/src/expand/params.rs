//! The edges of a function: its table of parameters, the arguments of its call, and the assertions at its parameters.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{GenericArgument, Generics, PathArguments, Type, spanned::Spanned};

use super::{Part, at, check, covering, mentions};
use crate::{
    model::{PRIMITIVES, Param, Use, Wrap, is_called, is_wrapper, wrapped},
    pretty::pretty,
};

/// Whether a record asks that its type is provided, so that the compiler reports it if it is not. It reports it for each that
/// asks: where something else does, a record may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Yes,
    No,
}

/// The table of parameters.
pub(super) fn records(params: &[Param], container: &Type, asks: Asks) -> TokenStream {
    let records = params.iter().map(|param| record(param, container, asks));
    quote!(&[#(#records),*])
}

/// One `Param` record.
pub(super) fn record(param: &Param, container: &Type, asks: Asks) -> TokenStream {
    let Param { name, ty, named, usage, wrap, text: comment, .. } = param;
    let text = pretty(ty);
    let node = match asks {
        Asks::Yes => {
            let provide = provide(param.named.as_ref(), container);
            match validated(ty) {
                // What may be missing is its context: that is asked for, in words of its own.
                Some(inner) => {
                    let context = covering(ty, quote!(<#inner as __di::CheckWith>::Context));
                    let probe = probe(ty, param.named.as_ref(), container);
                    quote!({ let _ = <#context as #provide>::NODE; #probe })
                }
                None if is_wrapper(ty) => quote!(<#ty as #provide>::NODE),
                // A field for it is as good: that asks for the provider by itself.
                None => {
                    let provide =
                        mistaken(param, container).unwrap_or_else(|| provide_either(param.named.as_ref(), container));
                    quote!(__di::either(<#ty as #provide>::EDGE, 0))
                }
            }
        }
        Asks::No => probe(ty, param.named.as_ref(), container),
    };
    // What has a name is provided, not read.
    let is_read = *usage == Use::Value && named.is_none();
    let input = if named.is_some() { quote!(__di::None) } else { quote!(__di::InputProbe::<#ty>::INPUT) };
    let schema = is_read.then(|| schema(ty)).flatten();
    let record = match usage {
        Use::Shared => quote!(__di::Param::shared(#name, #text, #node, __di::SyncProbe::<#ty>::SYNC)),
        Use::Exclusive => quote!(__di::Param::exclusive(#name, #text, #node)),
        Use::Fresh => quote!(__di::Param::fresh(#name, #text, #node)),
        Use::Held => quote!(__di::Param::held(#name, #text, #node)),
        Use::Lazy => quote!(__di::Param::lazy(#name, #text, #node, __di::SyncProbe::<#ty>::SYNC)),
        Use::Value => quote!(__di::Param::value(#name, #text, #node, #input, __di::CloneProbe::<#ty>::CLONE)),
        Use::Run => quote!(__di::Param::run(#name, #text, #node, #input)),
    };
    let comment = comment.as_ref().filter(|_| DOCUMENTED).map(|comment| quote!(.text(#comment)));
    let record = match &schema {
        Some(schema) if may_be_checked(ty) => {
            let validates = validates(ty);
            quote!(__di::Param::probed(
                #name, #text, #node, #input, __di::CloneProbe::<#ty>::CLONE,
                __di::CheckProbe::<#ty>::CHECK, #validates, #schema
            ))
        }
        Some(schema) => quote!(#record.schema(#schema)),
        None if is_read => checked(ty, record),
        None => record,
    };
    let record = quote!(#record #comment);
    match wrap {
        Wrap::Plain => record,
        Wrap::Option => quote!(#record.optional()),
        Wrap::Result => {
            let lends = lent_error(param).map_or_else(|| quote!(true), |error| quote!(__di::SyncProbe::<#error>::SYNC));
            quote!(#record.fallible(#lends))
        }
    }
}

/// The `W` of a `Valid<W>`, if it is a wrapper of the framework's: others may have a `Valid` of their own.
fn validated(ty: &Type) -> Option<&Type> {
    wrapped("Valid", ty).filter(|inner| is_wrapper(inner))
}

/// A record of what may be an input: its value is looked at if its type says how.
pub(super) fn checked(ty: &Type, record: TokenStream) -> TokenStream {
    if !may_be_checked(ty) {
        return record;
    }
    let validates = validates(ty);
    quote!(#record.checked(__di::CheckProbe::<#ty>::CHECK, #validates))
}

/// Whether a type says how it is validated: none does, without a library for it.
fn validates(ty: &Type) -> TokenStream {
    if cfg!(any(feature = "garde", test)) { quote!(__di::ValidProbe::<#ty>::VALIDATES) } else { quote!(false) }
}

/// Whether a value of the type may be looked at once it has been read: of the likes of `Query<u32>` it is known that it is not,
/// and the compiler is spared the question.
fn may_be_checked(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return true };
    match path.path.segments.last().map(|last| &last.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) => match arguments.args.first() {
            Some(GenericArgument::Type(inner)) if arguments.args.len() == 1 => !is_plain(inner),
            _ => true,
        },
        _ => true,
    }
}

fn is_plain(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(|ident| is_scalar(&ident.to_string())))
}

/// What is wrong if `ty` is provided without a name, where it is one of those that the body of a request is read as and that every
/// program has. Of the others that a request brings the compiler says so, in words of its own.
pub(super) fn read_from_body(ty: &Type, what: &str, named: &str) -> Option<String> {
    let path = ty.to_token_stream().to_string();
    let known = ["String", "std :: string :: String", "Bytes", "bytes :: Bytes"];
    known.contains(&path.as_str()).then(|| {
        let ty = pretty(ty);
        format!(
            "`{ty}` is what the body of a request is read as, so it {what}\n\
             help: wrap it, `struct Name({ty});`, or give it a name, `{named}`"
        )
    })
}

/// Whether a type of this name is a single value that tells by itself what it is.
fn is_scalar(name: &str) -> bool {
    name == "String" || PRIMITIVES.contains(&name)
}

/// Whether what documentation alone asks for is recorded.
pub(super) const DOCUMENTED: bool = cfg!(any(feature = "openapi", test));

/// Name and version of the package that the user's code is in, as two arguments.
pub(super) fn package() -> TokenStream {
    quote!(::core::option_env!("CARGO_PKG_NAME"), ::core::option_env!("CARGO_PKG_VERSION"))
}

/// The schema of what a parameter or value of type `ty` wraps, if documentation may ask for it.
///
/// To ask takes the compiler a fifth of a millisecond. So it is not asked of a scalar, which tells by itself.
pub(super) fn schema(ty: &impl ToTokens) -> Option<TokenStream> {
    (DOCUMENTED && !is_of_scalar(&ty.to_token_stream())).then(|| quote!(__di::SchemaProbe::<#ty>::SCHEMA))
}

/// The same for an error. One without arguments wraps nothing, or says so itself.
pub(super) fn schema_of_error(ty: &impl ToTokens) -> Option<TokenStream> {
    let wraps = |token: TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == '<',
        TokenTree::Group(_) => true,
        _ => false,
    };
    schema(ty).filter(|_| ty.to_token_stream().into_iter().any(wraps))
}

/// Whether `ty` is written `Path<u64>`, `Query<String>`, `StatusCode` or the like.
fn is_of_scalar(ty: &TokenStream) -> bool {
    const PLAIN: &[&str] = &["String", "StatusCode", "Response", "Bytes", "Problem", "Bearer", "HeaderMap"];
    const SOURCES: &[&str] = &["Path", "Query", "Header", "Cookie"];
    let names: Vec<String> = ty.clone().into_iter().map(|token| token.to_string()).collect();
    match &names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => true,
        [plain] => PLAIN.contains(plain) || *plain == "()",
        [source, "<", scalar, ">"] => SOURCES.contains(source) && is_scalar(scalar),
        _ => false,
    }
}

/// The arguments of the call; `first` is the number of the first one.
pub(super) fn arguments(params: &[Param], first: usize) -> Vec<TokenStream> {
    params.iter().enumerate().map(|(index, param)| argument(first + index, param)).collect()
}

fn argument(index: usize, param: &Param) -> TokenStream {
    let take = match (param.usage, param.wrap) {
        (Use::Shared, Wrap::Plain) => quote!(shared),
        (Use::Shared, Wrap::Option) => quote!(shared_option),
        (Use::Shared, Wrap::Result) => quote!(shared_result),
        (Use::Exclusive, Wrap::Plain) => quote!(exclusive),
        (Use::Exclusive, Wrap::Option) => quote!(exclusive_option),
        (Use::Exclusive, Wrap::Result) => quote!(exclusive_result),
        (Use::Fresh, Wrap::Plain) => quote!(fresh),
        (Use::Fresh, Wrap::Option) => quote!(fresh_option),
        (Use::Fresh, Wrap::Result) => quote!(fresh_result),
        (Use::Held, _) => quote!(held),
        (Use::Lazy, _) => quote!(lazy),
        (Use::Value | Use::Run, Wrap::Plain) => quote!(value),
        (Use::Value | Use::Run, Wrap::Option) => quote!(value_option),
        (Use::Value | Use::Run, Wrap::Result) => quote!(value_result),
    };
    let call = quote_spanned!(at(&param.ty)=> #take(#index));
    quote!(__args.#call)
}

/// The error of a `Result` of references.
fn lent_error(param: &Param) -> Option<&Type> {
    param.error.as_ref().filter(|_| matches!(param.usage, Use::Shared | Use::Exclusive))
}

/// The call of an `async fn` with these parameters, which is left out where one of them may not go with its future from one thread to
/// another: that has been reported already. What the generics leave open, and what is read from a request, is not asked for.
pub(super) fn used(params: &[Param], generics: &Generics, called: TokenStream) -> TokenStream {
    let asked = params.iter().filter(|param| !is_wrapper(&param.ty) && !mentions(&param.ty, generics));
    let held: Vec<TokenStream> = asked
        .flat_map(|param| {
            let ty = &param.ty;
            let value = if lends(param) { quote!(&'static #ty) } else { quote!(#ty) };
            [Some(value), lent_error(param).map(|error| quote!(&'static #error))].into_iter().flatten()
        })
        .collect();
    match &held[..] {
        [] => called,
        // Where the call stands: there the compiler says that a future is not `Send`.
        [held] => quote_spanned!(called.span()=> __di::FutureProbe::<#held>::of(#called)),
        held => quote_spanned!(called.span()=> __di::FutureProbe::<(#(#held),*)>::of(#called)),
    }
}

/// Whether it gives out a shared reference.
fn lends(param: &Param) -> bool {
    matches!(param.usage, Use::Shared | Use::Lazy)
}

/// Asks that what a plain function lends is `Sync`, where its generics decide that; the future of an `async fn` asks by itself.
pub(super) fn asks_sync(param: &Param) -> TokenStream {
    let value = lends(param).then_some(&param.ty);
    let asked = value.into_iter().chain(lent_error(param));
    let asked = asked.map(|ty| {
        let is_sync = covering(ty, quote!(__di::IsSync));
        quote!(let _ = <#ty as #is_sync>::SYNC;)
    });
    quote!(#(#asked)*)
}

/// Where each parameter's fault is reported, if the function may not use it as it does. All checks of a function stand in one
/// constant, because what the compiler's work grows with is the number of bodies: of several faults that it takes an
/// evaluation to find, the first is reported.
pub(super) fn parts(params: &[Param]) -> impl Iterator<Item = Part> {
    params.iter().enumerate().map(|(index, param)| Part::param(index, &param.ty))
}

/// What is asked of parameters beside: that none excludes another, and that the error of a `Result` is its provider's.
pub(super) fn checks(name: &str, params: &[Param], container: &Type, list: &TokenStream) -> TokenStream {
    let all = params.iter().enumerate().map(|(index, param)| {
        let once = once(name, &params[..index], param);
        let failure = failure(index, param, container, list);
        quote!(#once #failure)
    });
    quote!(#(#all)*)
}

/// The trait of what is provided in `container`, under a name if it has one.
pub(super) fn provide(named: Option<&Type>, container: &Type) -> TokenStream {
    provide_by(named, &quote!(#container))
}

/// The same, or the trait of what `container` has a field for.
fn provide_either(named: Option<&Type>, container: &Type) -> TokenStream {
    provide_by(named, &quote!(#container, _))
}

/// The same trait in words of its own, for a guard, and for a type that is written in the place of what it has in it.
fn mistaken(param: &Param, container: &Type) -> Option<TokenStream> {
    if param.named.is_some() {
        return None;
    }
    if param.usage == Use::Run {
        return Some(quote!(__di::ProvideGuard<#container, _>));
    }
    let files = ["Vec", "Option"].iter().find_map(|of| wrapped(of, &param.ty));
    if is_called("UploadFile", files.unwrap_or(&param.ty)) {
        return Some(quote!(__di::ProvideFile<#container, _>));
    }
    if is_called("Request", &param.ty) {
        return Some(quote!(__di::ProvideRequest<#container, _>));
    }
    // Of what has arguments, such as a lock, it is not known that something provides it by itself.
    let is_named = |ty: &&Type| matches!(ty, Type::Path(path) if !path.path.is_ident("str") && plain(&path.path));
    let pointer = ["Arc", "Rc", "Box"].iter().find_map(|pointer| wrapped(pointer, &param.ty));
    if let Some(inner) = pointer.filter(is_named) {
        return Some(quote!(__di::ProvidePointer<#inner, #container, _>));
    }
    if param.wrap == Wrap::Option && matches!(param.usage, Use::Shared | Use::Exclusive) && is_named(&&param.ty) {
        return Some(quote!(__di::ProvideOptional<#container, _>));
    }
    let option = wrapped("Option", &param.ty).filter(is_named).filter(|_| param.usage != Use::Value);
    option.map(|inner| quote!(__di::ProvideOption<#inner, #container, _>))
}

/// Whether a type is written without arguments.
fn plain(path: &syn::Path) -> bool {
    path.segments.iter().all(|segment| segment.arguments.is_none())
}

/// The trait with these arguments behind the name.
pub(super) fn provide_by(named: Option<&Type>, container: &TokenStream) -> TokenStream {
    match named {
        None => quote!(__di::Provide<#container>),
        Some(name) => {
            let name = qualifier(name);
            quote!(__di::ProvideNamed<#name, #container>)
        }
    }
}

/// A name as an argument: one that is no type, such as that of a function, is looked for among the types alone.
pub(super) fn qualifier(name: &Type) -> TokenStream {
    match name {
        Type::Path(path) if path.path.get_ident().is_some() => {
            let mut group = Group::new(Delimiter::Parenthesis, quote!(#name));
            group.set_span(name.span());
            TokenTree::from(group).into()
        }
        name => quote!(#name),
    }
}

/// The provider of `ty`, if there is one.
pub(super) fn probe(ty: &Type, named: Option<&Type>, container: &Type) -> TokenStream {
    match named {
        None => quote!(__di::NodeProbe::<#ty, #container>::NODE),
        Some(name) => {
            let name = qualifier(name);
            quote!(__di::NamedProbe::<#ty, #name, #container>::NODE)
        }
    }
}

/// That `ty` is provided: the one place that names the bound, so that the compiler reports it once.
pub(super) fn provided(ty: &Type, named: Option<&Type>, container: &Type) -> TokenStream {
    let provide = provide(named, container);
    quote!(let _ = <#ty as #provide>::NODE;)
}

/// The same of a field of the container.
pub(super) fn provided_field(ty: &Type, named: Option<&Type>, container: &Type) -> TokenStream {
    let provide = match named {
        None => quote!(__di::ProvideField<#container>),
        Some(_) => provide(named, container),
    };
    quote!(let _ = <#ty as #provide>::NODE;)
}

/// Of each parameter whose type the generics leave open nothing, of the others that none excludes another.
pub(super) fn twice(name: &str, params: &[Param], generics: &Generics) -> TokenStream {
    let decided: Vec<Param> = params.iter().filter(|param| !mentions(&param.ty, generics)).cloned().collect();
    let all = decided.iter().enumerate().map(|(index, param)| once(name, &decided[..index], param));
    quote!(#(#all)*)
}

/// That no parameter before `later` is of its type and name, if one of the two is exclusive.
fn once(name: &str, earlier: &[Param], later: &Param) -> Option<TokenStream> {
    let ty = &later.ty;
    let exclusive = |param: &Param| matches!(param.usage, Use::Exclusive | Use::Held);
    let one_exclusive = |param: &&Param| exclusive(param) || exclusive(later);
    let alike = |param: &&Param| param.named.is_some() == later.named.is_some();
    let kind = |param: &Param| {
        let (ty, name) = (&param.ty, &param.named);
        match name {
            None => quote!(#ty),
            Some(name) => quote!((#ty, #name)),
        }
    };
    let others: Vec<_> = earlier.iter().filter(one_exclusive).filter(alike).map(kind).collect();
    if others.is_empty() {
        return None;
    }
    let held = later.usage == Use::Held || earlier.iter().any(|param| param.usage == Use::Held);
    let (how, ty_text) = (if held { "`Held`" } else { "`&mut`" }, pretty(ty));
    let once = if held { format!("Held<{ty_text}>") } else { format!("&mut {ty_text}") };
    let text = format!(
        "`{name}` takes `{ty_text}` twice, once as {how}\nhelp: take it once, as `{once}`, and borrow from that",
    );
    let fail = covering(ty, quote!(::core::panic!(#text)));
    let this = kind(later);
    Some(quote! {
        if #(__di::SameProbe::<#others, #this>::SAME)||* { #fail }
    })
}

/// That the error of a `Result` is what its provider fails with.
fn failure(index: usize, param: &Param, container: &Type, list: &TokenStream) -> Option<TokenStream> {
    let error = param.error.as_ref()?;
    let (ty, text) = (&param.ty, pretty(error));
    let same = match &param.named {
        None => quote!(__di::FailsProbe::<#ty, #container, #error>::FAILS),
        Some(name) => {
            let name = qualifier(name);
            quote!(__di::NamedFailsProbe::<#ty, #name, #container, #error>::FAILS)
        }
    };
    let rejection = quote!(__di::SameProbe::<#error, __di::Rejection>::SAME);
    Some(check(error, quote!(__di::check::failure(&(#list)[#index], #text, #same, #rejection))))
}
