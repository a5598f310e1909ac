//! `#[provider]` on a function.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{GenericParam, Generics, ItemFn, Path, Type, parse_quote, spanned::Spanned};

use super::{check, container, function, params, prelude};
use crate::{
    blocking,
    diag::Diagnostics,
    model::{Kind, Param, Returned, Signature},
    parse::Options,
    pretty::pretty,
};

const OPTIONS: &[&str] = &["singleton", "request", "transient", "blocking", "teardown", "container", "allow_blocking"];

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

struct Spec {
    scope: Scope,
    kind: Kind,
    teardown: Option<Path>,
    container: Type,
}

/// Expands the attribute on a function.
pub(crate) fn provider(args: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let options = Options::parse("provider", args, OPTIONS, &diags);
    if let Some(text) = options.text(&diags) {
        diags.at(text, "`provider` takes no path: it is found by the type it returns\nhelp: remove the string");
    }
    let signature = Signature::read("provider", item.clone(), &diags);
    let spec = spec(&options, signature.as_ref(), &diags);
    let returned = signature.as_ref().and_then(|signature| signature.returned(&diags));
    let beside = match (&signature, returned) {
        (Some(signature), Some(returned)) => expand(signature, &spec, &returned),
        _ => TokenStream::new(),
    };
    (quote!(#item #beside), diags.finish())
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
    let teardown = options.path("teardown", diags);
    let is_async = signature.is_some_and(|signature| signature.is_async);
    if blocking && is_async {
        let help = "help: remove `blocking`, or make it a plain `fn`";
        diags.at(
            options.key("blocking"),
            format!("an `async fn` runs on the executor, not on the blocking pool\n{help}"),
        );
    }
    if teardown.is_some() && scope != Scope::Request {
        diags.at(
            options.key("teardown"),
            "only what is shared within a request is torn down with it\n\
             help: remove the scope, so that the provider is request-scoped, or implement `Drop`",
        );
    }
    if let Some(signature) = signature.filter(|_| is_async && !allow_blocking) {
        blocking::check(&signature.item.sig.ident, &signature.item.block, diags);
    }
    let kind = match (is_async, blocking) {
        (true, _) => Kind::Async,
        (false, true) => Kind::Blocking,
        (false, false) => Kind::Inline,
    };
    let teardown = teardown.filter(|_| scope == Scope::Request);
    Spec { scope, kind, teardown, container: container(options.ty("container", diags)) }
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
        container: &spec.container,
        scope: spec.scope,
        params: &signature.params,
        value: &returned.value,
        error: error(returned),
        fallible: returned.result.is_some().then(|| error_place(returned)),
        kind: spec.kind,
        teardown: spec.teardown.as_ref(),
        at: item.sig.ident.to_token_stream(),
    };
    provider.expand(&call(signature, spec, returned))
}

/// The error type that the tokens name, or that the `Result` has.
fn error(returned: &Returned) -> TokenStream {
    match (&returned.error, &returned.result) {
        (Some(error), _) => quote!(#error),
        (None, Some(result)) => quote_spanned!(result.span()=> <#result as __di::IsResult>::Error),
        (None, None) => quote!(::core::convert::Infallible),
    }
}

/// What to point at for the error type.
fn error_place(returned: &Returned) -> TokenStream {
    match (&returned.error, &returned.result) {
        (Some(error), _) => quote!(#error),
        (None, result) => quote!(#result),
    }
}

/// The body of the thin function that calls the provider.
fn call(signature: &Signature, spec: &Spec, returned: &Returned) -> TokenStream {
    let function = &signature.item.sig.ident;
    let generics = generics(&signature.item);
    let (_, ty_generics, _) = generics.split_for_impl();
    let turbofish = (!generics.params.is_empty()).then(|| ty_generics.as_turbofish());
    let arguments = params::arguments(&signature.params);
    let called = quote_spanned!(function.span()=> #function #turbofish (#(#arguments),*));
    match (spec.kind, returned.result.is_some()) {
        (_, true) => called,
        (Kind::Async, false) => quote!(__di::infallibly(#called)),
        (_, false) => quote!(::core::result::Result::Ok(#called)),
    }
}

/// A provider, whatever it was written as.
pub(super) struct Provider<'a> {
    pub(super) name: String,
    /// Its `Function` record.
    pub(super) function: TokenStream,
    pub(super) generics: Generics,
    pub(super) container: &'a Type,
    pub(super) scope: Scope,
    pub(super) params: &'a [Param],
    pub(super) value: &'a Type,
    pub(super) error: TokenStream,
    /// If it can fail, what to point at for the error type.
    pub(super) fallible: Option<TokenStream>,
    pub(super) kind: Kind,
    pub(super) teardown: Option<&'a Path>,
    /// What to point at for a fault of the whole.
    pub(super) at: TokenStream,
}

impl Provider<'_> {
    /// The implementation of `Provide` and all it needs; `call` builds the value from `__args`.
    pub(super) fn expand(&self, call: &TokenStream) -> TokenStream {
        let (prelude, container, value, error) = (prelude(), self.container, self.value, &self.error);
        let (impl_generics, ty_generics, where_clause) = self.generics.split_for_impl();
        let phantom = self.generics.type_params().map(|param| &param.ident);
        let call = self.call(call);
        let teardown = self.teardown.map(|path| self.teardown(path));
        let (records, node_ref) = self.records();
        let assertions = self.assertions();
        quote! {
            const _: () = {
                #prelude
                struct __DiProvider #impl_generics (::core::marker::PhantomData<fn() -> (#(#phantom,)*)>) #where_clause;
                impl #impl_generics __di::Provider for __DiProvider #ty_generics #where_clause {
                    type Value = #value;
                    type Error = #error;
                }
                #call
                #teardown
                #records
                impl #impl_generics __di::Provide<#container> for #value #where_clause {
                    type Error = #error;
                    const NODE: __di::NodeRef = #node_ref;
                }
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
            return quote! {
                impl #impl_generics __di::AsyncProvider for __DiProvider #ty_generics #where_clause {
                    fn build<'r>(
                        __args: __di::Args<'r>,
                    ) -> impl ::core::future::Future<Output = #result> + ::core::marker::Send {
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

    /// The thin function that calls the teardown.
    fn teardown(&self, path: &Path) -> TokenStream {
        let (impl_generics, ty_generics, where_clause) = self.generics.split_for_impl();
        let value = self.value;
        let text = pretty(path);
        let torn_down = quote_spanned! {path.span()=>
            __di::TeardownFn::tear_down(#path, __value, __outcome, __args)
        };
        quote! {
            impl #impl_generics __di::TeardownRun for __DiProvider #ty_generics #where_clause {
                type Value = #value;
                fn run<'r>(
                    __value: #value,
                    __outcome: &'r __di::Outcome,
                    __args: __di::Args<'r>,
                ) -> impl ::core::future::Future<Output = ::core::result::Result<(), __di::Response>> + ::core::marker::Send
                {
                    __di::map(#torn_down, |__out| __di::TornDown::torn_down((&&&__di::Returned::new(__out)).by(#text)))
                }
            }
        }
    }

    /// Table of parameters and node, and a pointer to the node. Those of a generic provider are constants of the hidden
    /// type, because a `static` cannot name its parameters.
    fn records(&self) -> (TokenStream, TokenStream) {
        let (impl_generics, ty_generics, where_clause) = self.generics.split_for_impl();
        let (function, records) = (&self.function, params::records(self.params, self.container));
        if self.is_generic() {
            let node = self.node(&quote!(Self::__DI_PARAMS), &quote!(Self::__DI_FUNCTION));
            let turbofish = ty_generics.as_turbofish();
            let records = quote! {
                impl #impl_generics __DiProvider #ty_generics #where_clause {
                    const __DI_FUNCTION: __di::Function = #function;
                    const __DI_PARAMS: &'static [__di::Param] = &[#records];
                    const __DI_NODE: &'static __di::Node = &#node;
                }
            };
            return (records, quote!(__di::NodeRef::new(__DiProvider #turbofish::__DI_NODE)));
        }
        let count = self.params.len();
        let node = self.node(&quote!(&__DI_PARAMS), &quote!(__DI_FUNCTION));
        let records = quote! {
            const __DI_FUNCTION: __di::Function = #function;
            static __DI_PARAMS: [__di::Param; #count] = [#records];
            static __DI_NODE: __di::Node = #node;
        };
        (records, quote!(__di::NodeRef::new(&__DI_NODE)))
    }

    fn node(&self, params: &TokenStream, function: &TokenStream) -> TokenStream {
        let (_, ty_generics, _) = self.generics.split_for_impl();
        let (container, value, error, scope) = (self.container, self.value, &self.error, self.scope);
        let none = quote!(::core::option::Option::None);
        let some = quote!(::core::option::Option::Some);
        let fallible = self.fallible.as_ref().map_or_else(
            || none.clone(),
            |_| {
                quote! {
                    #some(__di::ErrorInfo::of::<#error>(
                        __di::ResponseProbe::<#error>::RESPOND,
                        __di::ErrorProbe::<#error>::REPORT,
                    ))
                }
            },
        );
        let hidden = quote!(__DiProvider #ty_generics);
        let build = match self.kind {
            Kind::Async => quote!(Async(__di::FutureCall::<bool>::provider::<#hidden>())),
            Kind::Inline => quote!(Sync(__di::sync_call::<#hidden>())),
            Kind::Blocking => quote!(Blocking(__di::sync_call::<#hidden>())),
        };
        let teardown = self.teardown.map_or(none, |path| {
            let text = pretty(path);
            quote! {
                #some(__di::Teardown {
                    name: #text,
                    takes: __di::takes::<#container, #value, _, _>(&#path),
                    call: __di::TeardownCall::of::<#hidden>(),
                })
            }
        });
        let field = match scope {
            Scope::Singleton => quote_spanned!(value.span()=> <#container as __di::Holds<#value>>::OFFSET),
            _ => quote!(0),
        };
        let ty = pretty(value);
        quote! {
            __di::Node {
                ty: #ty,
                function: #function,
                key: __di::key::<#value>(),
                scope: #scope,
                value: __di::TypeInfo::of::<#value>(),
                error: #fallible,
                build: __di::Build::#build,
                params: #params,
                teardown: #teardown,
                field: #field,
                requires: "",
            }
        }
    }

    /// What must hold of the parameters and of the whole. Of a generic provider the compiler checks the bounds here, and
    /// the rules where a concrete function uses it.
    fn assertions(&self) -> TokenStream {
        if self.is_generic() {
            let (impl_generics, ty_generics, where_clause) = self.generics.split_for_impl();
            let provided = self.params.iter().map(|param| params::provided(&param.ty, self.container));
            return quote! {
                impl #impl_generics __DiProvider #ty_generics #where_clause {
                    #[allow(dead_code)]
                    const __DI_PROVIDED: () = { #(#provided)* };
                }
            };
        }
        let rule = if self.scope == Scope::Singleton { quote!(singleton) } else { quote!(provider) };
        let (function, list) = (quote!(&__DI_FUNCTION), quote!(&__DI_PARAMS));
        let params = params::assertions(&self.name, self.params, self.container, &rule, &function, &list);
        let whole = check(&self.at, quote!(__di::check::whole(&__DI_NODE)));
        let error = self.fallible.as_ref().map(|place| {
            let text = pretty(place);
            let checked = check(place, quote!(__di::check::error(&__DI_NODE, #text)));
            quote!(const _: () = { #checked };)
        });
        quote! {
            #params
            const _: () = { #whole };
            #error
        }
    }
}
