//! `get_user::uri(42)`: the path of a handler's route, written by its parameters.

use di_core::route::Pattern;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Type, Visibility};

use crate::model::{PRIMITIVES, Param, Use, path_type};

/// The function beside a handler that writes its path: an argument for each parameter of the template, in order.
pub(super) fn uri(vis: &Visibility, marker: &Ident, pattern: &Pattern, params: &[Param]) -> TokenStream {
    let names: Vec<&str> = pattern.param_names().collect();
    let count = names.len();
    let arguments: Vec<Ident> = names.iter().map(|name| argument(name)).collect();
    let types = names.iter().enumerate().map(|(at, name)| match asked_as(params, name, at, count) {
        Some(ty) => taken(ty),
        None => quote!(impl ::core::fmt::Display),
    });
    let path = match &arguments[..] {
        [] => quote!(fixed::<Self, _>()),
        [argument] => quote!(with::<Self, _>(#argument)),
        arguments => quote!(of::<Self, _>(&[#(&#arguments),*])),
    };
    quote! {
        #[allow(dead_code, missing_docs, private_interfaces, unreachable_pub, clippy::too_many_arguments)]
        impl #marker {
            #vis fn uri(#(#arguments: #types),*) -> __di::RoutePath {
                __di::RoutePath::#path
            }
        }
    }
}

/// A parameter of the template as a parameter of the function.
fn argument(name: &str) -> Ident {
    match name {
        "self" | "Self" | "super" | "crate" => Ident::new(&format!("_{name}"), Span::call_site()),
        name => syn::parse_str(name).unwrap_or_else(|_| Ident::new_raw(name, Span::call_site())),
    }
}

/// What the handler reads parameter `at` of `count` as, if it says so itself: by name, or by position. A tuple has the parameters
/// of the groups around first, which the handler does not know.
fn asked_as<'p>(params: &'p [Param], name: &str, at: usize, count: usize) -> Option<&'p Type> {
    params.iter().filter(|param| param.usage == Use::Value && param.named.is_none()).find_map(|param| match path_type(
        &param.ty,
    )? {
        Type::Tuple(tuple) => tuple.elems.iter().nth((at + tuple.elems.len()).checked_sub(count)?),
        ty => (param.name == name).then_some(ty),
    })
}

/// How a value that is read as `ty` is given: what tokens tell is asked for as it is, which is the least to check.
fn taken(ty: &Type) -> TokenStream {
    if let Type::Path(path) = ty
        && let Some(ident) = path.path.get_ident()
    {
        if ident == "String" {
            return quote!(&str);
        }
        if PRIMITIVES.iter().any(|plain| ident == plain) {
            return quote!(#ty);
        }
    }
    quote!(impl __di::PathValue<#ty>)
}
