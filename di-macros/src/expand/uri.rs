//! `get_user::uri(42)`: the path of a handler's route, written by its parameters.

use di_core::route::Pattern;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{FnArg, ItemFn, LitStr, Type, Visibility};

use super::of_attribute;
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
    let vis = of_attribute(vis);
    quote! {
        #[allow(missing_docs, private_interfaces, unreachable_pub, clippy::too_many_arguments)]
        impl #marker {
            #vis fn uri(#(#arguments: #types),*) -> __di::RoutePath {
                __di::RoutePath::#path
            }
        }
    }
}

/// The same beside a handler that is refused, so that who links to it has nothing more to complain about.
pub(super) fn uri_of_refused(item: &ItemFn, marker: &Ident, template: Option<&LitStr>) -> TokenStream {
    // Of a template that is none, what the handler reads of it tells how many parameters it was to have.
    let count = match template.map(|template| Pattern::parse(&template.value())) {
        Some(Ok(pattern)) => pattern.param_names().count(),
        _ => item.sig.inputs.iter().filter_map(read_of_path).map(parts).sum(),
    };
    let arguments = (0..count).map(|_| quote!(_: impl ::core::marker::Sized));
    let vis = &item.vis;
    quote! {
        #[allow(dead_code, missing_docs, unreachable_pub, clippy::too_many_arguments)]
        impl #marker {
            #vis fn uri(#(#arguments),*) -> __di::RoutePath {
                ::core::unreachable!("a handler that is refused does not compile")
            }
        }
    }
}

/// What a parameter `Path<T>` reads.
fn read_of_path(arg: &FnArg) -> Option<&Type> {
    match arg {
        FnArg::Typed(arg) => path_type(&arg.ty),
        FnArg::Receiver(_) => None,
    }
}

/// How many parameters a type reads, if it reads them by position.
fn parts(ty: &Type) -> usize {
    match ty {
        Type::Tuple(tuple) => tuple.elems.len(),
        _ => 1,
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
