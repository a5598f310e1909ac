//! The edges of a function: its table of parameters, the arguments of its call, and the assertions at its parameters.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;

use super::{at, check, covering};
use crate::{
    model::{Param, Use, Wrap},
    pretty::pretty,
};

/// The `Param` records of `params`, separated by commas.
pub(super) fn records(params: &[Param], container: &Type) -> TokenStream {
    let records = params.iter().map(|param| record(param, container));
    quote!(#(#records),*)
}

/// One `Param` record.
pub(super) fn record(param: &Param, container: &Type) -> TokenStream {
    let Param { name, ty, usage, wrap, .. } = param;
    let text = pretty(ty);
    let input = match usage {
        Use::Value | Use::Run => quote!(__di::InputProbe::<#ty>::INPUT),
        _ => quote!(::core::option::Option::None),
    };
    let clone = match usage {
        Use::Value => quote!(__di::CloneProbe::<#ty>::CLONE),
        _ => quote!(::core::option::Option::None),
    };
    let usage = match usage {
        Use::Shared => quote!(Shared),
        Use::Exclusive => quote!(Exclusive),
        Use::Value => quote!(Value),
        Use::Run => quote!(Run),
    };
    let wrap = match wrap {
        Wrap::Plain => quote!(Plain),
        Wrap::Option => quote!(Option),
        Wrap::Result => quote!(Result),
    };
    quote! {
        __di::Param {
            name: #name,
            ty: #text,
            node: __di::NodeProbe::<#ty, #container, ()>::NODE,
            usage: __di::Use::#usage,
            wrap: __di::Wrap::#wrap,
            input: #input,
            clone: #clone,
        }
    }
}

/// The arguments of the call.
pub(super) fn arguments(params: &[Param]) -> Vec<TokenStream> {
    params.iter().enumerate().map(|(index, param)| argument(index, param)).collect()
}

fn argument(index: usize, param: &Param) -> TokenStream {
    let take = match (param.usage, param.wrap) {
        (Use::Shared, Wrap::Plain) => quote!(shared),
        (Use::Shared, Wrap::Option) => quote!(shared_option),
        (Use::Shared, Wrap::Result) => quote!(shared_result),
        (Use::Exclusive, Wrap::Plain) => quote!(exclusive),
        (Use::Exclusive, Wrap::Option) => quote!(exclusive_option),
        (Use::Exclusive, Wrap::Result) => quote!(exclusive_result),
        (Use::Value | Use::Run, Wrap::Plain) => quote!(value),
        (Use::Value | Use::Run, Wrap::Option) => quote!(value_option),
        (Use::Value | Use::Run, Wrap::Result) => quote!(value_result),
    };
    let call = quote_spanned!(at(&param.ty)=> #take(#index));
    quote!(__args.#call)
}

/// For each parameter: that something provides it, and that the function may use it as it does.
///
/// `rule` is a function of `di-core`'s checks; it is given the function, its parameters and the parameter's number.
pub(super) fn assertions(
    name: &str,
    params: &[Param],
    container: &Type,
    rule: &TokenStream,
    function: &TokenStream,
    list: &TokenStream,
) -> TokenStream {
    let all = params.iter().enumerate().map(|(index, param)| {
        let ty = &param.ty;
        let provided = provided(ty, container);
        let once = params[..index].iter().filter_map(|earlier| once(name, earlier, param));
        let checked = check(ty, quote!(__di::check::#rule(#function, #list, #index)));
        let fails = fails(param, container);
        quote! {
            const _: () = {
                #provided
                #(#once)*
                #checked
            };
            #fails
        }
    });
    all.collect()
}

/// That `ty` is provided: the one place that names the bound, so that the compiler reports it once.
pub(super) fn provided(ty: &Type, container: &Type) -> TokenStream {
    quote!(let _ = <#ty as __di::Provide<#container>>::NODE;)
}

/// That two parameters, one of them exclusive, are of different types.
fn once(name: &str, earlier: &Param, later: &Param) -> Option<TokenStream> {
    if earlier.usage != Use::Exclusive && later.usage != Use::Exclusive {
        return None;
    }
    let (first, second) = (&earlier.ty, &later.ty);
    let text = format!(
        "`{name}` takes `{}` twice, once as `&mut`\n\
         help: take it once, as `&mut {}`, and borrow from that",
        pretty(second),
        pretty(second),
    );
    let fail = covering(second, quote!(::core::panic!(#text)));
    Some(quote! {
        if __di::SameProbe::<#first, #second>::SAME { #fail }
    })
}

/// That the error of a `Result<&T, &E>` is what the provider of `T` fails with.
fn fails(param: &Param, container: &Type) -> Option<TokenStream> {
    let error = param.error.as_ref().filter(|_| param.usage != Use::Value)?;
    let ty = &param.ty;
    let value = quote_spanned!(at(error)=> __error);
    Some(quote! {
        const _: fn(<#ty as __di::Provide<#container>>::Error) -> #error = |__error| #value;
    })
}

/// The `static` table of path parameters that a list of parameters asks for, below the item named `needs`.
pub(super) fn needs(function: &TokenStream, list: &TokenStream) -> TokenStream {
    quote! {
        static __DI_NEEDS: [__di::PathNeed; __di::check::count_needs(#list)] =
            __di::check::needs(#function, #list);
    }
}
