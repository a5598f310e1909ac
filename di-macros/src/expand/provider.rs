//! `#[provider]` on a function.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{GenericParam, Generics, ItemFn, ItemStruct, Path, Type, parse_quote, spanned::Spanned};

use super::{
    Part, any, braced, call_at, check, container, covering, faults, function, future_of, marker, mentions, no_generics,
    outputs, params, prelude,
};
use crate::{
    blocking,
    diag::Diagnostics,
    model::{Kind, Param, Returned, Signature, Words, is_of_a_type, without_defaults, without_reference, written_out},
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

/// How long a provided value lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Singleton,
    Request,
    Transient,
}

impl ToTokens for Scope {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let scope = format_ident!("{self:?}");
        tokens.extend(quote!(__di::Scope::#scope));
    }
}

/// The function that tears a provided value down.
pub(super) struct Teardown {
    path: Path,
    /// Whether it waits until the response has gone out.
    after_response: bool,
}

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
        && let Some(text) =
            of_unit(value).or_else(|| params::read_from_body(value, "cannot be provided too", "#[provider(named)]"))
    {
        diags.at(value, text);
        let item = written_out(&item);
        return (quote!(#item), diags.finish());
    }
    let beside = match (&signature, returned) {
        (Some(signature), Some(returned)) if diags.is_empty() && !itself(signature, &spec, &returned, &diags) => {
            expand(signature, &spec, &returned)
        }
        _ if spec.replace => TokenStream::new(),
        _ => fallback(&item, &spec),
    };
    let item = match signature.as_ref().and_then(Signature::in_place_of_unsized) {
        Some(item) => written_out(&quote!(#item)),
        None => written_out(&item),
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
    let function = syn::parse2::<ItemFn>(item.clone()).ok();
    let item = function.filter(|function| !is_of_a_type(&function.sig, item));
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
    let generics = generics(&item);
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
    if blocking && is_async {
        let help = "help: remove `blocking`, or make it a plain `fn`";
        diags.at(
            options.key("blocking"),
            format!("an `async fn` runs on the executor, not on the blocking pool\n{help}"),
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
    Spec { scope, kind, teardown, container, any, named, after_body, marked: marked || replace, replace }
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

/// The generics of a provider for any container that provides what it depends on.
pub(super) fn of_any(mut generics: Generics, params: &[Param], container: &Type) -> Generics {
    generics.params.push(parse_quote!(#container: 'static));
    let clause = generics.make_where_clause();
    for param in params {
        let ty = &param.ty;
        // A failure that is taken as a value is that of the provider.
        let error = param.error.as_ref().map(|error| quote!(, Error = #error));
        let bound = match &param.named {
            None => quote!(__di::Provide<#container #error>),
            Some(name) => {
                let name = params::qualifier(name);
                quote!(__di::ProvideNamed<#name, #container #error>)
            }
        };
        let bound = covering(ty, bound);
        clause.predicates.push(parse_quote!(#ty: #bound));
    }
    generics
}

/// Those of a singleton for any container: one that has a field for it.
pub(super) fn of_any_holder(mut generics: Generics, value: &Type, named: Option<&Type>, container: &Type) -> Generics {
    let held = match named {
        None => quote!(__di::HeldBy<#container>),
        Some(name) => quote!(__di::HeldNamed<#name, #container>),
    };
    let held = covering(value, held);
    generics.make_where_clause().predicates.push(parse_quote!(#value: #held));
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
    quote!(#marker #provided)
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

/// A provider, whatever it was written as.
pub(super) struct Provider<'a> {
    pub(super) name: String,
    /// Its `Function` record.
    pub(super) function: TokenStream,
    /// Its own generics; those of any container are added.
    pub(super) generics: Generics,
    /// Whether it is for any container, for which the type then stands.
    pub(super) any: bool,
    pub(super) container: &'a Type,
    /// Its qualifier.
    pub(super) named: Option<&'a Type>,
    /// Whether it waits for the body.
    pub(super) after_body: bool,
    pub(super) scope: Scope,
    pub(super) params: &'a [Param],
    pub(super) value: &'a Type,
    pub(super) error: TokenStream,
    /// If it can fail, what to point at for the error type, and how that is called.
    pub(super) fallible: Option<(TokenStream, String)>,
    pub(super) kind: Kind,
    pub(super) teardown: Option<&'a Teardown>,
    /// What to point at for a fault of the whole.
    pub(super) at: TokenStream,
    pub(super) target: Target<'a>,
    /// Whether its parameters are the members of a collection.
    pub(super) collects: bool,
}

/// How a provider is found.
#[derive(Clone, Copy)]
pub(super) enum Target<'a> {
    /// By the type that it provides.
    Type,
    /// By the type beside it: it takes the place of another in a test.
    Replacement(&'a Ident),
    /// By the type of a guard.
    Guard(&'a Type),
}

impl Provider<'_> {
    /// The implementation of `Provide` and all it needs; `call` builds the value from `__args`.
    pub(super) fn expand(mut self, call: &TokenStream) -> TokenStream {
        let own = self.generics.clone();
        if self.any {
            self.generics = of_any(self.generics, self.params, self.container);
            if self.scope == Scope::Singleton {
                self.generics = of_any_holder(self.generics, self.value, self.named, self.container);
            }
            self.function.extend(quote!(.anywhere()));
        }
        self.expanded(call, &own)
    }

    fn expanded(&self, call: &TokenStream, own: &Generics) -> TokenStream {
        let (prelude, container, value, error) = (prelude(), self.container, self.value, &self.error);
        let (impl_generics, ty_generics, where_clause) = self.generics.split_for_impl();
        let phantom = self.generics.type_params().map(|param| &param.ident);
        let call = self.call(call);
        // Two providers of a type are reported as two implementations, at what both provide.
        let keyword = quote_spanned!(value.span()=> impl);
        let provide = match self.named {
            None => covering(value, quote!(__di::Provide)),
            Some(_) => covering(value, quote!(__di::ProvideNamed)),
        };
        let name = self.named.map(|name| quote!(#name,));
        let outputs = self.teardown.map(|_| outputs(false));
        let no_generics = (!self.is_generic()).then(no_generics);
        // Of a generic provider, the compiler says which bound is not met.
        let quiet = (!self.is_generic()).then(|| quote!(#[diagnostic::do_not_recommend]));
        let (records, node_ref) = self.records();
        // An error type that is less visible than what is provided is reported where it is written: from `type` to `;`.
        let ends = quote!(type ;);
        let ends = self.fallible.as_ref().map_or(ends.clone(), |(place, _)| covering(place, ends));
        let mut ends = ends.into_iter();
        let (type_keyword, semicolon) = (ends.next(), ends.next());
        let body = braced(
            value,
            quote! {
                #type_keyword Error = #error #semicolon
                const NODE: __di::NodeRef = #node_ref;
            },
        );
        let assertions = self.assertions(own);
        let provided = match self.target {
            Target::Type => {
                quote!(#quiet #keyword #no_generics #impl_generics #provide<#name #container> for #value #where_clause #body)
            }
            Target::Guard(guard) => quote! {
                impl __di::Guard<#container> for #guard {
                    const NODE: __di::NodeRef = #node_ref;
                }
            },
            Target::Replacement(marker) => quote! {
                impl __di::Replacement<#container> for #marker {
                    const NODE: __di::NodeRef = #node_ref;
                }
            },
        };
        quote! {
            // What a teardown came to is a response or nothing; the closure that says so has the user's own span.
            #[allow(clippy::result_large_err)]
            const _: () = {
                #prelude
                #outputs
                struct __DiProvider #impl_generics (::core::marker::PhantomData<fn() -> (#(#phantom,)*)>) #where_clause;
                impl #impl_generics __di::Provider for __DiProvider #ty_generics #where_clause {
                    type Value = #value;
                    type Error = #error;
                }
                #call
                #records
                #provided
                #assertions
            };
        }
    }

    fn is_generic(&self) -> bool {
        !self.generics.params.is_empty()
    }

    /// The thin function that calls the provider.
    fn call(&self, call: &TokenStream) -> TokenStream {
        let (impl_generics, ty_generics, where_clause) = self.generics.split_for_impl();
        let result = quote!(::core::result::Result<Self::Value, Self::Error>);
        if self.kind == Kind::Async {
            let returned = future_of(&result, self.at.span());
            return quote! {
                impl #impl_generics __di::AsyncProvider for __DiProvider #ty_generics #where_clause {
                    fn build<'r>(__args: __di::Args<'r>) -> #returned {
                        #call
                    }
                }
            };
        }
        quote! {
            impl #impl_generics __di::SyncProvider for __DiProvider #ty_generics #where_clause {
                fn build(__args: __di::Args<'_>) -> #result {
                    #call
                }
            }
        }
    }

    /// The teardown's record: the one place that names it, so that the compiler judges it once.
    fn teardown(&self, teardown: &Teardown) -> TokenStream {
        let Teardown { path, after_response } = teardown;
        let (container, value, text) = (self.container, self.value, pretty(path));
        let describe = covering(path, quote!(__di::teardown));
        // What the generics decide is asked for in their bounds.
        let sent = match mentions(value, &self.generics) {
            true => quote!(true),
            false => quote!({ __di::SendProbe::<#value>::SENDS.is_some() }),
        };
        let subject = quote!(__di::TeardownOf::<#container, #value, #sent>::NEW);
        let torn_down =
            covering(path, quote!(|__out| __di::TornDown::torn_down((&&&__di::Returned::new(__out)).by(#text))));
        let after = after_response.then(|| quote!(.after_response()));
        let asked = call_at(path, quote!(__di::TeardownFn::<#value, _, #sent>::is_one), path.to_token_stream());
        let asked = call_at(path, quote!(__di::Takes::<#container>::are_provided), asked);
        quote!({ let _ = || #asked; #describe(#subject, #text, #path, #torn_down)#after })
    }

    /// Table of parameters and node, and a pointer to the node. Those of a generic provider are constants of the hidden
    /// type, because a `static` cannot name its parameters.
    fn records(&self) -> (TokenStream, TokenStream) {
        let (impl_generics, ty_generics, where_clause) = self.generics.split_for_impl();
        let function = &self.function;
        if self.is_generic() {
            let node = self.node(&quote!(Self::__DI_PARAMS), &quote!(Self::__DI_FUNCTION));
            let turbofish = ty_generics.as_turbofish();
            let records = self.params.iter().map(|param| {
                let record = params::record(param, self.container, params::Asks::No);
                let open = self.is_open(param).then(|| quote!(.open()));
                quote!(#record #open)
            });
            let records = quote!(&[#(#records),*]);
            let records = quote! {
                impl #impl_generics __DiProvider #ty_generics #where_clause {
                    const __DI_FUNCTION: __di::Function = #function;
                    const __DI_PARAMS: &'static [__di::Param] = #records;
                    const __DI_NODE: &'static __di::Node = &#node;
                }
            };
            return (records, quote!(__di::NodeRef::new(__DiProvider #turbofish::__DI_NODE)));
        }
        let records = params::records(self.params, self.container, params::Asks::Yes);
        let node = self.node(&records, function);
        let records = quote! {
            static __DI_NODE: __di::Node = #node;
        };
        (records, quote!(__di::NodeRef::new(&__DI_NODE)))
    }

    fn node(&self, params: &TokenStream, function: &TokenStream) -> TokenStream {
        let (_, ty_generics, _) = self.generics.split_for_impl();
        let (container, value, error, scope) = (self.container, self.value, &self.error, self.scope);
        let after_body = self.after_body;
        let none = quote!(__di::None);
        let some = quote!(__di::Some);
        let fallible = self.fallible.as_ref().map_or_else(
            || none.clone(),
            |(_, text)| {
                let schema = params::schema_of_error(error).map(|schema| quote!(.schema(#schema)));
                quote! {
                    #some(__di::ErrorInfo::of::<#error>(
                        #text,
                        __di::ResponseProbe::<#error>::RESPOND,
                        __di::ErrorProbe::<#error>::REPORT,
                    )#schema)
                }
            },
        );
        let hidden = quote!(__DiProvider #ty_generics);
        let build = match self.kind {
            Kind::Async => quote!(Async(__di::FutureCall::<bool>::provider::<#hidden>())),
            Kind::Inline => quote!(Sync(__di::sync_call::<#hidden>())),
            Kind::Blocking => quote!(Blocking(__di::sync_call::<#hidden>())),
        };
        let teardown = self.teardown.map_or(none, |teardown| {
            let teardown = self.teardown(teardown);
            quote!(#some(#teardown))
        });
        let field = match scope {
            Scope::Singleton => match self.named {
                None => quote_spanned!(value.span()=> <#value as __di::HeldBy<#container>>::OFFSET),
                Some(name) => quote_spanned!(value.span()=> <#value as __di::HeldNamed<#name, #container>>::OFFSET),
            },
            _ => quote!(0),
        };
        let (ty, name) = (pretty(value), self.named.map_or_else(String::new, pretty));
        let key = match self.named {
            None => quote!(key::<#value>()),
            Some(name) => quote!(key_named::<#value, #name>()),
        };
        quote! {
            __di::Node {
                ty: #ty,
                name: #name,
                function: #function.providing(#ty),
                key: __di::#key,
                scope: #scope,
                value: <#value as __di::IsSend>::INFO,
                error: #fallible,
                build: __di::Build::#build,
                params: #params,
                after_body: #after_body,
                teardown: #teardown,
                context: __di::ContextProbe::<#value>::ENTER,
                decorates: __di::None,
                field: #field,
                requires: "",
            }
        }
    }

    /// What must hold of the parameters and of the whole. Of a generic provider, what its parameters do not decide is
    /// checked here, and the rest where a concrete function asks for what it provides.
    fn assertions(&self, own: &Generics) -> TokenStream {
        if self.any {
            let (twice, error) = (params::twice(&self.name, self.params, own), self.error_of(own));
            return quote!(#twice #error);
        }
        if self.is_generic() {
            return self.generic_assertions();
        }
        let checks = params::checks(&self.name, self.params, self.container, &quote!(__DI_NODE.params));
        let error = self.fallible.as_ref().map(|(place, _)| Part::new(place, "at_error"));
        let teardown = self.teardown.map(|teardown| Part::new(&teardown.path, "at_teardown"));
        let whole = [Some(Part::new(&self.at, "at_function")), error, teardown].into_iter().flatten();
        let rule = if self.collects { quote!(collection) } else { quote!(provider) };
        let faults = faults(quote!(__di::check::#rule(&__DI_NODE)), params::parts(self.params).chain(whole));
        quote!(#faults #checks)
    }

    /// That its error is one, unless the generics decide that.
    fn error_of(&self, generics: &Generics) -> Option<TokenStream> {
        let (place, text) = self.fallible.as_ref().filter(|_| !mentions(&self.error, generics))?;
        let (name, error) = (&self.name, &self.error);
        let answers = quote!(__di::ResponseProbe::<#error>::RESPOND, __di::ErrorProbe::<#error>::REPORT);
        Some(check(place, quote!(__di::check::answers(#text, "provider", #name, #answers))))
    }

    /// Whether the generics decide what a parameter is.
    fn is_open(&self, param: &Param) -> bool {
        mentions(&param.ty, &self.generics) || mentions(&param.named, &self.generics)
    }

    fn generic_assertions(&self) -> TokenStream {
        let (impl_generics, ty_generics, where_clause) = self.generics.split_for_impl();
        let (generic, concrete): (Vec<&Param>, Vec<&Param>) = self.params.iter().partition(|param| self.is_open(param));
        let provided = generic.iter().map(|param| {
            let provided = params::provided(&param.ty, param.named.as_ref(), self.container);
            let sync = (self.kind != Kind::Async).then(|| params::asks_sync(param));
            quote!(#provided #sync)
        });
        let concrete: Vec<Param> = concrete.into_iter().cloned().collect();
        let records = params::records(&concrete, self.container, params::Asks::Yes);
        let record = &self.function;
        let error = self.error_of(&self.generics);
        let rule = if self.scope == Scope::Singleton { quote!(singleton) } else { quote!(params) };
        let checks = params::checks(&self.name, &concrete, self.container, &quote!(__DI_CONCRETE));
        let rule = quote!(__di::check::#rule(&__DI_FUNCTION, __DI_CONCRETE));
        let faults = faults(rule, params::parts(&concrete));
        quote! {
            impl #impl_generics __DiProvider #ty_generics #where_clause {
                #[allow(dead_code)]
                const __DI_PROVIDED: () = { #(#provided)* };
            }
            #[allow(dead_code)]
            const __DI_FUNCTION: __di::Function = #record;
            static __DI_CONCRETE: &[__di::Param] = #records;
            #faults
            #checks
            #error
        }
    }
}
