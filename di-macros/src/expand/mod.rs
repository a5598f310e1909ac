//! What is written beside the user's item?
//!
//! The item itself, untouched; then one `const _: () = { .. };` that holds everything else: a table of parameters, an
//! implementation of one of `di-core`'s call traits, the record, and for each parameter an assertion at its own tokens.

mod container;
mod derive_provider;
mod handler;
mod params;
mod path_params;
mod provider;
mod segments;
mod table;

pub(crate) use self::{
    container::derive_container,
    derive_provider::derive_provider,
    handler::handler,
    path_params::derive_path_params,
    provider::provider,
    table::{routes, table},
};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Type, spanned::Spanned};

/// The container that is meant where none is named.
fn container(named: Option<Type>) -> Type {
    named.unwrap_or_else(|| syn::parse_quote!(App))
}

/// Brings the names that generated code uses into the scope of a block.
fn prelude() -> TokenStream {
    quote! {
        use ::di_server::__private as __di;
        #[allow(unused_imports)]
        use __di::{
            AsError as _, AsIs as _, AsResponse as _, NotCloned as _, NotError as _, NotInput as _, NotProvided as _,
            NotResponse as _, NotSame as _,
        };
    }
}

/// Where `at` stands, as a `Place`.
fn place(at: Span) -> TokenStream {
    quote_spanned! {at=>
        __di::Place { file: ::core::file!(), line: ::core::line!(), column: ::core::column!() }
    }
}

/// The record of the function `name`.
fn function(name: &Ident, generic: bool) -> TokenStream {
    let text = crate::model::ident_name_raw(name);
    let place = place(name.span());
    quote! {
        __di::Function { name: #text, module: ::core::module_path!(), place: #place, generic: #generic }
    }
}

/// `tokens` with spans that make an error about them underline all of `at`.
fn covering(at: &impl ToTokens, tokens: TokenStream) -> TokenStream {
    let mut ends = at.to_token_stream().into_iter();
    let Some(first) = ends.next() else { return tokens };
    let last = ends.last().map_or(first.span(), |last| last.span());
    let count = tokens.clone().into_iter().count();
    let spanned = tokens.into_iter().enumerate().map(|(i, token)| {
        let span = if i + 1 == count { last } else { first.span() };
        respan(token, span)
    });
    spanned.collect()
}

fn respan(token: TokenTree, span: Span) -> TokenTree {
    match token {
        TokenTree::Group(group) => {
            let stream = group.stream().into_iter().map(|token| respan(token, span)).collect();
            let mut group = proc_macro2::Group::new(group.delimiter(), stream);
            group.set_span(span);
            group.into()
        }
        mut token => {
            token.set_span(span);
            token
        }
    }
}

/// A check of `di-core` in const evaluation, whose text, if it gives one, is an error at `at`.
fn check(at: &impl ToTokens, text: TokenStream) -> TokenStream {
    let fail = covering(at, quote!(::core::panic!("{}", __text.as_str())));
    quote! {
        if let ::core::option::Option::Some(__text) = #text { #fail }
    }
}

/// The span of a type's first token: where a call about it is located.
fn at(ty: &Type) -> Span {
    ty.span()
}
