//! `#[derive(Container)]`: the list of singletons, and a builder that will not build without its inputs.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Fields, Type, spanned::Spanned};

use super::{check, covering, function, params, prelude};
use crate::{
    diag::Diagnostics,
    model::{Param, Use, Wrap, ident_name_raw},
    parse::Options,
    pretty::pretty,
};

/// Names of the builder's own methods.
const RESERVED: &[&str] = &["build", "runtime", "settings"];

struct Field {
    name: Ident,
    ty: Type,
    input: bool,
}

/// Expands the derive.
pub(crate) fn derive_container(item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let tokens = diags.ok(syn::parse2::<DeriveInput>(item)).and_then(|item| {
        let fields = fields(&item, &diags)?;
        Some(expand(&item, &fields))
    });
    (tokens.unwrap_or_default(), diags.finish())
}

fn fields(item: &DeriveInput, diags: &Diagnostics) -> Option<Vec<Field>> {
    let Data::Struct(data) = &item.data else {
        diags.at(&item.ident, "a container is a struct: one field for each singleton");
        return None;
    };
    if !item.generics.params.is_empty() {
        diags.at(&item.generics, "a container is one type, so it cannot be generic\nhelp: write the types it is for");
        return None;
    }
    let named = match &data.fields {
        Fields::Named(fields) => Some(&fields.named),
        Fields::Unit => None,
        Fields::Unnamed(fields) => {
            diags.at(fields, "a container's fields have names: its builder has a method for each");
            return None;
        }
    };
    let mut fields = Vec::new();
    for field in named.into_iter().flatten() {
        let name = field.ident.clone()?;
        if RESERVED.contains(&ident_name_raw(&name).as_str()) {
            diags.at(&name, format!("`{name}` is a method of the builder\nhelp: give the field another name"));
        }
        let args = field.attrs.iter().filter(|attr| attr.path().is_ident("container"));
        let args: Vec<_> =
            args.filter_map(|attr| diags.ok(attr.meta.require_list())).map(|list| &list.tokens).collect();
        let options = Options::parse("container", quote!(#(#args),*), &["input"], diags);
        let input = options.flag("input", diags);
        if let Some(earlier) = fields.iter().find(|earlier: &&Field| earlier.ty == field.ty) {
            diags.at(
                &field.ty,
                format!(
                    "`{}` and `{name}` are both `{}`, and a singleton is found by its type\nhelp: give one of them a newtype",
                    earlier.name,
                    pretty(&field.ty)
                ),
            );
        }
        fields.push(Field { name, ty: field.ty.clone(), input });
    }
    diags.is_empty().then_some(fields)
}

fn expand(item: &DeriveInput, fields: &[Field]) -> TokenStream {
    let (prelude, name) = (prelude(), &item.ident);
    let container: Type = syn::parse_quote!(#name);
    let held = fields.iter().map(|field| held(name, field));
    let records = fields.iter().map(|field| params::record(&param(field), &container));
    let takes = fields.iter().enumerate().map(|(index, Field { name, .. })| quote!(#name: __slots.take(#index)));
    let count = fields.len();
    let builder = builder(item, fields);
    quote! {
        #builder
        const _: () = {
            #prelude
            #(#held)*
            static __DI_FIELDS: [__di::Field; #count] = [#(__di::Field { param: #records }),*];
            impl __di::Container for #name {
                const FIELDS: &'static [__di::Field] = &__DI_FIELDS;
                fn __di_assemble(__slots: &mut __di::Slots) -> Self {
                    #name { #(#takes),* }
                }
            }
        };
    }
}

/// A field as a parameter of the container.
fn param(field: &Field) -> Param {
    Param { name: ident_name_raw(&field.name), ty: field.ty.clone(), usage: Use::Run, wrap: Wrap::Plain, error: None }
}

/// That the container has the field; for an input that it provides it, otherwise that something does.
fn held(container: &Ident, field: &Field) -> TokenStream {
    let Field { name, ty, input } = field;
    let text = pretty(ty);
    let function = function(name, false);
    let holds = quote! {
        impl __di::Holds<#ty> for #container {
            const OFFSET: usize = ::core::mem::offset_of!(#container, #name);
        }
    };
    if *input {
        return quote! {
            #holds
            impl __di::Provide<#container> for #ty {
                type Error = ::core::convert::Infallible;
                const NODE: __di::NodeRef = {
                    static NODE: __di::Node = __di::Node::given::<#ty>(
                        #text,
                        #function,
                        ::core::mem::offset_of!(#container, #name),
                    );
                    __di::NodeRef::new(&NODE)
                };
            }
        };
    }
    let provided = params::provided(ty, &syn::parse_quote!(#container));
    let field_text = ident_name_raw(name);
    let checked = check(
        ty,
        quote! {
            __di::check::field(__di::NodeProbe::<#ty, #container, ()>::NODE, #field_text, #text)
        },
    );
    quote! {
        #holds
        const _: () = { #provided #checked };
    }
}

fn builder(item: &DeriveInput, fields: &[Field]) -> TokenStream {
    let (name, vis) = (&item.ident, &item.vis);
    let builder = format_ident!("{name}Builder");
    let module = format_ident!("__di_{}_inputs", name.to_string().to_lowercase());
    let inputs: Vec<&Field> = fields.iter().filter(|field| field.input).collect();
    let markers: Vec<&Ident> = inputs.iter().map(|field| &field.name).collect();
    let states: Vec<Ident> = (0..inputs.len()).map(|index| format_ident!("__I{index}")).collect();
    let methods = fields.iter().map(|field| method(field, &builder, &inputs, &states));
    let doc = format!("Builds [`{name}`]: takes its inputs, and values for other fields in place of their providers.");
    let set = quote! {
        __parts: self.__parts, __runtime: self.__runtime, __inputs: ::core::marker::PhantomData
    };
    let whole = covering(name, quote!(#builder));
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_docs, missing_debug_implementations, unreachable_pub, dead_code)]
        pub mod #module {
            #(pub struct #markers {})*
        }

        #[doc = #doc]
        #[must_use = "a builder builds nothing until `build` is awaited"]
        #[allow(missing_debug_implementations, dead_code)]
        #vis struct #whole<#(#states = #module::#markers,)* __R = ::di_server::__private::DefaultRuntime> {
            __parts: ::di_server::__private::Parts,
            __runtime: __R,
            __inputs: ::core::marker::PhantomData<fn() -> (#(#states,)*)>,
        }

        #[allow(dead_code)]
        impl #name {
            /// Starts building the container.
            #vis fn builder() -> #builder {
                #builder {
                    __parts: ::core::default::Default::default(),
                    __runtime: ::di_server::__private::DefaultRuntime,
                    __inputs: ::core::marker::PhantomData,
                }
            }
        }

        #[allow(dead_code)]
        impl<#(#states,)* __R> #builder<#(#states,)* __R> {
            #(#methods)*

            /// Builds on this executor.
            #vis fn runtime(
                self,
                runtime: impl ::di_server::__private::Runtime,
            ) -> #builder<#(#states,)* ::std::sync::Arc<dyn ::di_server::__private::Runtime>> {
                #builder {
                    __parts: self.__parts,
                    __runtime: ::std::sync::Arc::new(runtime),
                    __inputs: ::core::marker::PhantomData,
                }
            }

            /// Replaces the default settings.
            #vis fn settings(mut self, settings: ::di_server::Settings) -> Self {
                self.__parts.settings(settings);
                #builder { #set }
            }

            /// Builds every singleton that was not handed over, each after what it depends on, independent ones
            /// concurrently.
            ///
            /// # Errors
            ///
            /// A singleton whose provider failed or panicked, with the chain of those that need it.
            #vis async fn build(
                self,
            ) -> ::core::result::Result<::di_server::Application<#name>, ::di_server::BuildError>
            where
                #(#states: ::di_server::__private::IsSupplied,)*
                __R: ::di_server::__private::HasRuntime,
            {
                self.__parts.build(::di_server::__private::HasRuntime::runtime(self.__runtime)).await
            }
        }
    }
}

/// The builder's method for one field.
fn method(field: &Field, builder: &Ident, inputs: &[&Field], states: &[Ident]) -> TokenStream {
    let Field { name, ty, input } = field;
    let after = states.iter().zip(inputs).map(|(state, other)| {
        if other.name == *name { quote!(::di_server::__private::Supplied) } else { quote!(#state) }
    });
    let doc = if *input {
        format!("Hands over `{name}`, which `build` needs.")
    } else {
        format!("Hands over `{name}`, in place of what its provider would build.")
    };
    let span = name.span();
    let _ = (ty.span(), span);
    quote! {
        #[doc = #doc]
        pub fn #name(mut self, #name: #ty) -> #builder<#(#after,)* __R> {
            self.__parts.give(#name);
            #builder {
                __parts: self.__parts,
                __runtime: self.__runtime,
                __inputs: ::core::marker::PhantomData,
            }
        }
    }
}
