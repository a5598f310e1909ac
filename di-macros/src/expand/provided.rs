//! What every provider comes to: a function, a struct, a guard, a collection.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, Path, Type, parse_quote, spanned::Spanned};

use super::{Part, braced, call_at, check, covering, faults, future_of, local, mentions, no_generics, params, prelude};
use crate::{
    model::{Kind, Param},
    pretty::pretty,
};

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
    pub(super) path: Path,
    /// Whether it waits until the response has gone out.
    pub(super) after_response: bool,
}

/// The generics of a provider for any container that provides what it depends on.
pub(super) fn of_any(mut generics: Generics, params: &[Param], container: &Type) -> Generics {
    generics.params.push(parse_quote!(#container: 'static));
    let clause = generics.make_where_clause();
    for param in params {
        let ty = &param.ty;
        // A failure that is taken as a value is that of the provider.
        let error = param.error.as_ref().map(|error| quote!(, Error = #error));
        let bound = covering(ty, params::provide_by(param.named.as_ref(), &quote!(#container #error)));
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
        let outputs = self.teardown.map(|_| {
            quote! {
                #[allow(unused_imports)]
                use __di::{AsFailure as _, AsIs as _, AsResponse as _};
            }
        });
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
        // What stands at the teardown does not name the type again: one that is unknown would be told of there too.
        let own = match self.is_generic() {
            true => value.to_token_stream(),
            false => quote!(<__DiProvider as __di::Provider>::Value),
        };
        // What the generics decide is asked for in their bounds.
        let sent = match mentions(value, &self.generics) {
            true => quote!(true),
            false => quote!({ __di::SendProbe::<#own>::SENDS.is_some() }),
        };
        let subject = quote!(__di::TeardownOf::<#container, #value, #sent>::NEW);
        let torn_down =
            covering(path, quote!(|__out| __di::TornDown::torn_down((&&&__di::Returned::new(__out)).by(#text))));
        let after = after_response.then(|| quote!(.after_response()));
        let params = self.params.iter().rev().filter(|param| param.named.is_none());
        let params = params.fold(quote!(()), |rest, Param { ty, .. }| quote!((#ty, #rest)));
        let ask = local(path, "__ask");
        let taken = call_at(path, quote!(__di::TeardownFn::<#own, _, #sent>::is_one), path.to_token_stream());
        let taken = call_at(path, quote!(#ask.about), taken);
        let asked = call_at(path, quote!(__di::Takes::<#container>::are_provided), taken.clone());
        let taken = covering(path, quote!(move || #taken));
        let described = call_at(path, quote!(__di::teardown), quote!(#subject, #text, #path, #torn_down, #taken));
        quote!({
            let #ask = __di::Asked::<#params, #container>::NEW;
            let _ = || #asked;
            #described #after
        })
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
        let generic = self.is_generic();
        let field = match (scope, self.named) {
            (Scope::Singleton, None) if generic => quote!(#some(<#value as __di::HeldBy<#container>>::OFFSET)),
            (Scope::Singleton, Some(name)) if generic => {
                quote!(#some(<#value as __di::HeldNamed<#name, #container>>::OFFSET))
            }
            (Scope::Singleton, None) => quote!(__di::FieldProbe::<#value, #container>::OFFSET),
            (Scope::Singleton, Some(name)) => quote!(__di::NamedFieldProbe::<#value, #name, #container>::OFFSET),
            _ => quote!(__di::None),
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
                fault: __di::None,
            }
        }
    }

    /// What must hold of the parameters and of the whole. Of a generic provider, what its parameters do not decide is
    /// checked here, and the rest where a concrete function asks for what it provides.
    fn assertions(&self, own: &Generics) -> TokenStream {
        if self.any {
            let (twice, error) = (params::twice(&self.name, self.params, own), self.error_of(own));
            let lent = self.lent();
            return quote!(#twice #error #lent);
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
        let (held, alias) = (self.held(), self.alias());
        quote!(#held #alias #faults #checks)
    }

    /// That the container has a field for a singleton.
    fn held(&self) -> Option<TokenStream> {
        let (container, text) = (self.container, pretty(self.container));
        let fields = quote!(__di::FieldsProbe::<#container>::FIELDS);
        (self.scope == Scope::Singleton)
            .then(|| check(self.value, quote!(__di::check::held(&__DI_NODE, #text, #fields))))
    }

    /// That what a function provides is no `Result` by another name, which nobody asks for.
    fn alias(&self) -> Option<TokenStream> {
        let (name, value, ty) = (&self.name, self.value, pretty(self.value));
        // A struct provides itself.
        if self.fallible.is_some() || self.collects || !matches!(self.target, Target::Type) || *name == ty {
            return None;
        }
        let text = format!(
            "`{name}` provides a `Result`, which `{ty}` is another name of\n\
             help: write it as `Result<T, E>`, so that it provides the `T`, and refuses with the `E`"
        );
        let fail = covering(value, quote!(::core::panic!(#text)));
        Some(quote!(if __di::ResultProbe::<#value>::IS { #fail }))
    }

    /// That its error is one, unless the generics decide that.
    fn error_of(&self, generics: &Generics) -> Option<TokenStream> {
        let (place, text) = self.fallible.as_ref().filter(|_| !mentions(&self.error, generics))?;
        let (name, error) = (&self.name, &self.error);
        let answers = quote!(__di::ResponseProbe::<#error>::RESPOND, __di::ErrorProbe::<#error>::REPORT);
        Some(check(place, quote!(__di::check::answers(#text, "provider", #name, #answers))))
    }

    /// That what it lends is `Sync`, where the generics decide that.
    fn lent(&self) -> Option<TokenStream> {
        let open: Vec<&Param> = self.params.iter().filter(|param| self.is_open(param)).collect();
        if self.kind == Kind::Async || open.is_empty() {
            return None;
        }
        let (impl_generics, ty_generics, where_clause) = self.generics.split_for_impl();
        let asked = open.into_iter().map(params::asks_sync);
        Some(quote! {
            impl #impl_generics __DiProvider #ty_generics #where_clause {
                #[allow(dead_code)]
                const __DI_LENT: () = { #(#asked)* };
            }
        })
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
