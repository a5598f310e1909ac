//! `#[derive(ContainerPart)]`: singletons that a library brings into whatever container includes them.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{DeriveInput, Type, Visibility, spanned::Spanned};

use super::{
    any_at,
    container::{Field, by_field, drops, fields, foreign, offset, param, shared, unreadable},
    covering, function, params, prelude,
    provider::absent,
};
use crate::{diag::Diagnostics, pretty::pretty};

/// Expands the derive.
pub(crate) fn derive_container_part(item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let tokens = match syn::parse2::<DeriveInput>(item.clone()) {
        Ok(item) => fields("part", &item, &diags).map(|fields| expand(&item, &fields, !diags.is_empty())),
        // The compiler has read it before, and has said what is wrong with it.
        Err(_) => unreadable("part", &item).map(|(item, fields)| expand(&item, &fields, true)),
    };
    (tokens.unwrap_or_default(), diags.finish())
}

/// `refused` says that it does not compile: then it is there in name, so that what includes it has nothing to complain about.
fn expand(item: &DeriveInput, fields: &[Field], refused: bool) -> TokenStream {
    let (prelude, name, vis) = (prelude(), &item.ident, &item.vis);
    let any: Type = syn::parse_quote!(AnyContainer);
    let held = fields.iter().enumerate().map(|(index, _)| held(name, index, fields));
    let records = fields.iter().filter(|field| !field.refused).map(|field| {
        let record = params::record(&param(field), &any, params::Asks::No);
        quote!(__di::Field::One(#record))
    });
    let provided = fields.iter().filter(|field| !field.input && !field.refused).map(|Field { ty, named, .. }| {
        let provide = params::provide(named.as_ref(), &any);
        quote!(#ty: #provide,)
    });
    let inputs: Vec<&Field> = fields.iter().filter(|field| field.input).collect();
    let nodes = inputs.iter().map(|field| node(field, &any));
    let (outside, handed) = handed(name, vis, &inputs);
    let within = format_ident!("{name}In");
    let names = fields.iter().map(|field| &field.name);
    let assembled =
        if refused { quote!(::core::unreachable!()) } else { quote!(#name { #(#names: __slots.take()),* }) };
    let shared = fields.iter().map(shared);
    let drops = drops(name);
    quote! {
        #outside
        const _: () = {
            #prelude
            struct __DiInputs<AnyContainer>(::core::marker::PhantomData<fn() -> AnyContainer>);
            impl<AnyContainer: __di::HasPart<#name> + 'static> __DiInputs<AnyContainer> {
                #(#nodes)*
            }
            #(#held)*
            /// The part in one container.
            #[doc(hidden)]
            #[allow(missing_debug_implementations)]
            #vis struct #within<AnyContainer>(::core::marker::PhantomData<fn() -> AnyContainer>);
            impl<AnyContainer: __di::HasPart<#name> + 'static> __di::PartFields for #within<AnyContainer>
            where
                #(#provided)*
            {
                const FIELDS: &'static [__di::Field] = &[#(#records),*];
            }
            const _: () = { #drops };
            #(const _: () = { #shared };)*
            impl __di::ContainerPart for #name {
                type In<C> = #within<C>;
                #[allow(unused_variables)]
                fn __di_assemble(__slots: &mut __di::Slots) -> Self {
                    #assembled
                }
            }
            #handed
        };
    }
}

/// That a container which includes the part has the field, and provides it if it is an input.
fn held(part: &Ident, index: usize, fields: &[Field]) -> TokenStream {
    let field = &fields[index];
    let Field { name, ty, named, input, refused, read, .. } = field;
    if *refused && foreign(ty, "").is_some() || *read || field.is_again(fields) {
        return TokenStream::new();
    }
    let (provide, qualifier) = match named {
        None => (quote!(__di::Provide), None),
        Some(named) => (quote!(__di::ProvideNamed), Some(quote!(#named,))),
    };
    let provide = covering(ty, provide);
    // Its type may be one that only its owner can say this of: then that is said at the type.
    let any = &any_at(ty.span());
    let generics = quote!(<#any: __di::HasPart<#part> + 'static>);
    // One that is refused has a provider or not: the field is enough for what takes it.
    let provided = if *input {
        quote! {
            impl #generics #provide<#qualifier #any> for #ty {
                type Error = ::core::convert::Infallible;
                const NODE: __di::NodeRef = __di::NodeRef::new(__DiInputs::<#any>::#name);
            }
        }
    } else {
        let absent = absent();
        quote! {
            #[diagnostic::do_not_recommend]
            impl #generics #provide<#qualifier #any, __di::ByNobody<#part, #index>> for #ty { #absent }
        }
    };
    let offset = offset(part, name, fields);
    let field = by_field(&quote!(<#any as __di::HasPart<#part>>::OFFSET + #offset));
    quote! {
        #provided
        #[diagnostic::do_not_recommend]
        impl #generics #provide<#qualifier #any, __di::ByField> for #ty { #field }
    }
}

/// The node of an input, by the name of its field.
fn node(field: &Field, any: &Type) -> TokenStream {
    let Field { name, ty, named, .. } = field;
    let (text, function) = (pretty(ty), function(name, false));
    let (held, qualified) = match named {
        None => (quote!(__di::HeldBy<#any>), None),
        Some(named) => {
            let text = pretty(named);
            (quote!(__di::HeldNamed<#named, #any>), Some(quote!(.named::<#ty, #named>(#text))))
        }
    };
    quote! {
        #[allow(non_upper_case_globals)]
        const #name: &'static __di::Node =
            &__di::Node::given::<#ty>(#text, #function, <#ty as #held>::OFFSET) #qualified;
    }
}

/// The type of what the builder is handed for the part, and what says so.
fn handed(name: &Ident, vis: &Visibility, inputs: &[&Field]) -> (TokenStream, TokenStream) {
    if inputs.is_empty() {
        return (TokenStream::new(), quote!(impl __di::WithoutInputs for #name {}));
    }
    let handed = format_ident!("{name}Inputs");
    let doc = format!("What a container's builder is handed for [`{name}`].");
    let fields = inputs.iter().map(|Field { name, ty, .. }| {
        let doc = format!("The input `{name}`.");
        quote!(#[doc = #doc] pub #name: #ty)
    });
    let gives = inputs.iter().map(|Field { name, ty, named, .. }| match named {
        None => quote!(__parts.give(self.#name, __di::SendProbe::<#ty>::SENDS);),
        Some(named) => quote!(__parts.give_named::<#named, _>(self.#name, __di::SendProbe::<#ty>::SENDS);),
    });
    let outside = quote! {
        #[doc = #doc]
        #[allow(missing_debug_implementations, clippy::exhaustive_structs)]
        #vis struct #handed {
            #(#fields),*
        }
    };
    let given = quote! {
        impl __di::InputsOf<#name> for #handed {
            fn __di_give(self, __parts: &mut __di::Parts) {
                #(#gives)*
            }
        }
    };
    (outside, given)
}
