//! `#[provider]` on a function.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{ConstParam, GenericParam, Generics, ItemFn, ItemStruct, Type, TypeParam, parse_quote, spanned::Spanned};

use super::{
    allowing_deprecated, any, container,
    container::foreign,
    function, marker, mentions, params, prelude,
    provided::{Provider, Scope, Target, Teardown, of_any},
};
use crate::{
    blocking,
    diag::Diagnostics,
    model::{
        Kind, Param, Returned, Signature, Words, emitted, readable, without_defaults, without_reference, written_out,
    },
    parse::Options,
    pretty::pretty,
};

const OPTIONS: &[&str] = &[
    "singleton",
    "request",
    "transient",
    "name",
    "named",
    "blocking",
    "teardown",
    "teardown_after_response",
    "after_body",
    "container",
    "allow_blocking",
    "replace",
];

/// The teardown that an attribute names.
pub(super) fn teardown(options: &Options, scope: Scope, diags: &Diagnostics) -> Option<Teardown> {
    let named = ["teardown", "teardown_after_response"].map(|key| (key, options.path(key, diags)));
    if let [(_, Some(_)), (second, Some(_))] = &named {
        diags.at(
            options.key(second),
            "a value is torn down once, before the response or after it\nhelp: remove one of the two",
        );
    }
    let (key, path) = named.into_iter().find_map(|(key, path)| Some((key, path?)))?;
    let after_response = key == "teardown_after_response";
    let refused = match scope {
        Scope::Singleton if after_response => Some(
            "a singleton outlives every response: it is torn down when the application ends\n\
             help: write `teardown` in the place of `teardown_after_response`",
        ),
        Scope::Request | Scope::Singleton => None,
        _ => Some(
            "a transient value belongs to the function that takes it, so it is not torn down\n\
             help: remove the scope, so that the provider is request-scoped, or implement `Drop`",
        ),
    };
    if let Some(text) = refused {
        diags.at(options.key(key), text);
        return None;
    }
    Some(Teardown { path, after_response })
}

struct Spec {
    scope: Scope,
    kind: Kind,
    teardown: Option<Teardown>,
    container: Type,
    /// Whether it is for any container, for which its type then stands.
    any: bool,
    named: Option<Type>,
    after_body: bool,
    /// Whether it needs a type beside it that stands for it.
    marked: bool,
    replace: bool,
    /// Whether its name could not be read, so that nobody knows what it provides.
    nameless: bool,
}

/// Expands the attribute on a function.
#[allow(clippy::needless_pass_by_value, reason = "a macro is given its tokens")]
pub(crate) fn provider(args: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let options = Options::parse("provider", args, OPTIONS, &diags);
    if let Some(text) = options.text(&diags) {
        diags.at(text, "`provider` takes no path: it is found by the type it returns\nhelp: remove the string");
    }
    let item = without_defaults(item);
    let signature = Signature::read("provider", &item, &diags);
    let spec = spec(&options, signature.as_ref(), &diags);
    let returned = signature.as_ref().and_then(|signature| signature.returned(&diags));
    if let Some(Returned { value, .. }) = returned.as_ref().filter(|_| spec.named.is_none() && !spec.replace)
        && let Some(text) = of_unit(value)
            .or_else(|| params::read_from_body(value, "cannot be provided too", "#[provider(named)]"))
            .or_else(|| foreign(value, "#[provider(.., name = Name)]").filter(|_| spec.any))
    {
        diags.at(value, text);
        let item = emitted(&item, &diags);
        return (quote!(#item), diags.finish());
    }
    if let (Some(signature), Some(returned)) = (&signature, &returned) {
        unconstrained(signature, returned, spec.named.as_ref(), &diags);
    }
    let beside = match (&signature, returned) {
        (Some(signature), Some(returned)) if diags.is_empty() && !itself(signature, &spec, &returned, &diags) => {
            expand(signature, &spec, &returned)
        }
        _ if spec.replace || spec.nameless => TokenStream::new(),
        _ => fallback(&item, &spec),
    };
    let item = match signature.as_ref().and_then(Signature::in_place_of_borrowing) {
        Some(item) => written_out(&quote!(#item)),
        None => emitted(&item, &diags),
    };
    (quote!(#item #beside), diags.finish())
}

/// A generic provider cannot ask for what it provides: a cycle of such is one of constants, which the compiler reports in
/// words of its own. Nor can a replacement, which the rules do not see in its place. Says whether this one does.
fn itself(signature: &Signature, spec: &Spec, returned: &Returned, diags: &Diagnostics) -> bool {
    if generics(&signature.item).params.is_empty() && !spec.replace {
        return false;
    }
    let itself = |param: &&Param| param.ty == returned.value && param.named == spec.named;
    for param in signature.params.iter().filter(itself) {
        let (name, ty) = (&signature.item.sig.ident, pretty(&param.ty));
        diags.at(
            &param.ty,
            format!(
                "dependency cycle: `{ty}` -> `{ty}`\nnote: `{name}` takes what it provides\nhelp: remove this parameter"
            ),
        );
    }
    !diags.is_empty()
}

/// What is wrong with a provider of nothing.
fn of_unit(ty: &Type) -> Option<String> {
    let text = "nobody can ask for `()`\nhelp: return a type of the check's own, `struct Checked;`: who needs it takes `_: &Checked`, and a \
                group lists it, `guards = [Checked]`";
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty()).then(|| text.to_owned())
}

/// A provider in name only, so that its users have nothing more to complain about.
fn fallback(item: &TokenStream, spec: &Spec) -> TokenStream {
    if let Ok(item) = syn::parse2::<ItemStruct>(item.clone()) {
        let (name, (_, generics, _)) = (&item.ident, item.generics.split_for_impl());
        return refused(
            &params::provide(spec.named.as_ref(), &spec.container),
            &parse_quote!(#name #generics),
            &item.generics,
        );
    }
    // The errors are on record already.
    let quiet = Diagnostics::new();
    let item = readable(item);
    let returned = item.as_ref().and_then(|item| {
        let (body, words) = (TokenStream::new(), Words::default());
        let signature = Signature { item: item.clone(), body, params: Vec::new(), is_async: false, words };
        signature.returned(&quiet)
    });
    quiet.finish();
    let Some(item) = item else { return TokenStream::new() };
    let value = returned.map(|returned| returned.value).or_else(|| without_reference(&item));
    // What the framework reads by itself is provided already.
    let value = value.filter(|value| params::read_from_body(value, "", "").is_none());
    let Some(value) = value else { return TokenStream::new() };
    let mut generics = generics(&item);
    let named = |param: &GenericParam| names(&value, spec.named.as_ref(), param);
    if !generics.params.iter().all(named) {
        generics.params = generics.params.into_iter().filter(named).collect();
        generics.where_clause = None;
    }
    let generics = if spec.any { of_any(generics, &[], &spec.container) } else { generics };
    let refused = refused(&params::provide(spec.named.as_ref(), &spec.container), &value, &generics);
    let marker = spec.marked.then(|| marker(&item.vis, &item.sig.ident));
    quote!(#marker #refused)
}

/// An implementation of `provide` for `value`, in name only.
pub(super) fn refused(provide: &TokenStream, value: &Type, generics: &Generics) -> TokenStream {
    let (prelude, (impl_generics, _, where_clause)) = (prelude(), generics.split_for_impl());
    let absent = absent();
    quote! {
        const _: () = {
            #prelude
            impl #impl_generics #provide for #value #where_clause { #absent }
        };
    }
}

/// What stands for a provider where an implementation says nothing of one.
pub(super) fn absent() -> TokenStream {
    quote! {
        type Error = ::core::convert::Infallible;
        const NODE: __di::NodeRef = __di::check::refused();
    }
}

/// The scope that an attribute names; `default` when it names none.
pub(super) fn scope(options: &Options, default: Scope, diags: &Diagnostics) -> Scope {
    let named = [("singleton", Scope::Singleton), ("request", Scope::Request), ("transient", Scope::Transient)];
    let mut named = named.into_iter().filter(|(key, _)| options.flag(key, diags));
    let Some((first, scope)) = named.next() else { return default };
    for (second, _) in named {
        diags.at(
            options.key(second),
            format!("a provider has one scope, and this one is `{first}` and `{second}`\nhelp: remove one of the two"),
        );
    }
    scope
}

fn spec(options: &Options, signature: Option<&Signature>, diags: &Diagnostics) -> Spec {
    let scope = scope(options, Scope::Request, diags);
    let blocking = options.flag("blocking", diags);
    let allow_blocking = options.flag("allow_blocking", diags);
    let teardown = teardown(options, scope, diags);
    let is_async = signature.is_some_and(|signature| signature.is_async);
    if let Some(key) = options.alone("blocking").filter(|_| is_async) {
        diags.at(
            key,
            "an `async fn` runs on the executor, not on the blocking pool\nhelp: remove `blocking`, or make it a plain `fn`",
        );
    }
    if let Some(signature) = signature.filter(|_| is_async && !allow_blocking) {
        blocking::check(signature, diags);
    }
    let kind = match (is_async, blocking) {
        (true, _) => Kind::Async,
        (false, true) => Kind::Blocking,
        (false, false) => Kind::Inline,
    };
    let replace = options.flag("replace", diags);
    if replace {
        replaceable(options, scope, signature, diags);
    }
    let container = container(options.ty("container", diags));
    let any = any(&container);
    if let Some(key) = options.key("container").filter(|_| replace && any.is_some()) {
        diags.at(key, "a replacement is for the container of one test\nhelp: write which, `container = App`");
    }
    let (any, container) = (any.is_some(), any.unwrap_or(container));
    if let Some(signature) = signature {
        signature.refuse_container(&container, diags);
    }
    let (named, marked) = named(options, signature, diags);
    let nameless = options.has_unread_name(named.as_ref());
    let after_body = options.flag("after_body", diags);
    if after_body && scope == Scope::Singleton {
        diags.at(
            options.key("after_body"),
            "a singleton is built before there is any request\nhelp: remove `after_body`",
        );
    } else if after_body && replace {
        diags.at(
            options.key("after_body"),
            "a replacement is built when what it replaces is\nhelp: remove `after_body`",
        );
    }
    Spec { scope, kind, teardown, container, any, named, after_body, marked: marked || replace, replace, nameless }
}

/// The name under which it provides, and whether that is its own.
fn named(options: &Options, signature: Option<&Signature>, diags: &Diagnostics) -> (Option<Type>, bool) {
    let (name, own) = (options.name(diags), options.flag("named", diags));
    if !own {
        return (name, false);
    }
    if options.key("name").is_some() {
        diags.at(
            options.key("named"),
            "a provider has one name, and `named` gives it that of the function\nhelp: remove one of the two",
        );
    } else if options.key("replace").is_some() {
        diags.at(options.key("named"), "a replacement has the name of what it replaces\nhelp: write that, `name = ..`");
    }
    let ident = signature.map(|signature| &signature.item.sig.ident);
    (ident.map(|ident| parse_quote!(#ident)), true)
}

/// What a replacement cannot be: it lives as long as what it replaces, and it is of one type.
fn replaceable(options: &Options, scope: Scope, signature: Option<&Signature>, diags: &Diagnostics) {
    if scope != Scope::Request {
        let key = if scope == Scope::Singleton { "singleton" } else { "transient" };
        diags.at(
            options.key(key),
            "a replacement has the scope of what it replaces; that of a singleton is built for each request\n\
             help: remove the scope; for one value in all requests use `TestClient::provide`",
        );
    }
    if let Some(signature) = signature.filter(|signature| !generics(&signature.item).params.is_empty()) {
        diags.at(
            &signature.item.sig.generics,
            "a replacement is of one type, so it cannot be generic\nhelp: write the type it is for",
        );
    }
}

/// Refuses parameters that neither what is provided names nor its qualifier: nobody could say what they are.
fn unconstrained(signature: &Signature, returned: &Returned, named: Option<&Type>, diags: &Diagnostics) {
    let params = generics(&signature.item).params;
    let unnamed = params.iter().find(|param| !names(&returned.value, named, param));
    if let Some(GenericParam::Type(TypeParam { ident, .. }) | GenericParam::Const(ConstParam { ident, .. })) = unnamed {
        let value = pretty(&returned.value);
        diags.at(
            ident,
            format!(
                "`{value}` does not name `{ident}`, so nothing says what `{ident}` is where `{value}` is asked for\n\
                 help: write the type it is for, or provide one that names it"
            ),
        );
    }
}

/// Whether a type or its qualifier names a parameter of its function.
fn names(ty: &Type, named: Option<&Type>, param: &GenericParam) -> bool {
    let param: Generics = parse_quote!(<#param>);
    mentions(ty, &param) || mentions(&named, &param)
}

/// The parameters of the hidden type that stands for a generic provider: those of the function, without lifetimes.
fn generics(item: &ItemFn) -> Generics {
    let mut generics = item.sig.generics.clone();
    generics.params = generics
        .params
        .into_iter()
        .filter(|param| !matches!(param, GenericParam::Lifetime(_)))
        .map(|param| match param {
            GenericParam::Type(mut ty) => {
                ty.bounds.push(parse_quote!('static));
                ty.default = None;
                GenericParam::Type(ty)
            }
            param => param,
        })
        .collect();
    generics
}

fn expand(signature: &Signature, spec: &Spec, returned: &Returned) -> TokenStream {
    let item = &signature.item;
    let provider = Provider {
        name: crate::model::ident_name_raw(&item.sig.ident),
        function: function(&item.sig.ident, !generics(item).params.is_empty()),
        generics: generics(item),
        any: spec.any,
        container: &spec.container,
        named: spec.named.as_ref(),
        after_body: spec.after_body,
        scope: spec.scope,
        params: &signature.params,
        value: &returned.value,
        error: error(returned),
        fallible: returned.result.is_some().then(|| error_place(returned)),
        kind: spec.kind,
        teardown: spec.teardown.as_ref(),
        at: item.sig.ident.to_token_stream(),
        target: if spec.replace { Target::Replacement(&item.sig.ident) } else { Target::Type },
        collects: false,
    };
    let marker = spec.marked.then(|| marker(&item.vis, &item.sig.ident));
    let provided = provider.expand(&call(signature, spec, returned));
    let used = allowing_deprecated(&item.attrs);
    quote!(#marker #used #provided)
}

/// The error type that the tokens name, or that the `Result` has.
pub(super) fn error(returned: &Returned) -> TokenStream {
    match (&returned.error, &returned.result) {
        (Some(error), _) => quote!(#error),
        (None, Some(result)) => quote_spanned!(result.span()=> <#result as __di::IsResult>::Error),
        (None, None) => quote!(::core::convert::Infallible),
    }
}

/// What to point at for the error type, and how it is called.
pub(super) fn error_place(returned: &Returned) -> (TokenStream, String) {
    match (&returned.error, &returned.result) {
        (Some(error), _) => (quote!(#error), pretty(error)),
        (None, result) => (quote!(#result), format!("{}::Err", result.as_ref().map_or_else(String::new, pretty))),
    }
}

/// The body of the thin function that calls the provider.
fn call(signature: &Signature, spec: &Spec, returned: &Returned) -> TokenStream {
    let function = &signature.item.sig.ident;
    let generics = generics(&signature.item);
    let (_, ty_generics, _) = generics.split_for_impl();
    let turbofish = (!generics.params.is_empty()).then(|| ty_generics.as_turbofish());
    let arguments = params::arguments(&signature.params, 0);
    let called = quote_spanned!(function.span()=> #function #turbofish (#(#arguments),*));
    let called = if signature.is_async { params::used(&signature.params, &generics, called) } else { called };
    match (spec.kind, returned.result.is_some()) {
        (_, true) => called,
        (Kind::Async, false) => quote_spanned!(function.span()=> __di::infallibly(#called)),
        (_, false) => quote!(::core::result::Result::Ok(#called)),
    }
}
