//! The attributes and derives of `di`; documented where applications meet them, in `di-server`: the page of a re-export ends with what is
//! written at the macro itself, so nothing is.
//!
//! Each macro goes the same way: `parse` reads the attribute and the signature, `model` joins the two and applies the
//! rules that tokens can decide, `expand` writes the user's item untouched and beside it one record and one thin
//! function. What only the compiler can judge is left to it, as an assertion at the user's own tokens; what only the whole
//! graph can tell is checked by `di-core` in const evaluation.

#![allow(missing_docs, reason = "documented where they are re-exported")]

mod blocking;
mod diag;
mod expand;
mod model;
mod parse;
mod pretty;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;

/// The tokens of a macro, and behind them the errors it found.
fn finish((tokens, errors): (Tokens, Vec<syn::Error>)) -> TokenStream {
    let errors = errors.iter().map(syn::Error::to_compile_error);
    tokens.into_iter().chain(errors.flatten()).collect::<Tokens>().into()
}

macro_rules! methods {
    ($($name:ident $method:literal),*) => {
        $(
            #[proc_macro_attribute]
            pub fn $name(args: TokenStream, item: TokenStream) -> TokenStream {
                finish(expand::handler(Some($method), args.into(), item.into()))
            }
        )*
    };
}

methods!(get "GET", post "POST", put "PUT", patch "PATCH", delete "DELETE", head "HEAD", options "OPTIONS", any "*");

#[proc_macro_attribute]
pub fn fallback(args: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::handler(Some(""), args.into(), item.into()))
}

#[proc_macro_attribute]
pub fn route(args: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::handler(None, args.into(), item.into()))
}

#[proc_macro_attribute]
pub fn websocket(args: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::websocket(args.into(), item.into()))
}

#[proc_macro_attribute]
pub fn guard(args: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::guard(args.into(), item.into()))
}

#[proc_macro_attribute]
pub fn job(args: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::job(args.into(), item.into()))
}

#[proc_macro_attribute]
pub fn provider(args: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::provider(args.into(), item.into()))
}

#[proc_macro_derive(Provider, attributes(provider, named))]
pub fn derive_provider(item: TokenStream) -> TokenStream {
    finish(expand::derive_provider(item.into()))
}

#[proc_macro_derive(Container, attributes(container, input, part))]
pub fn derive_container(item: TokenStream) -> TokenStream {
    finish(expand::derive_container(item.into()))
}

#[proc_macro_derive(ContainerPart, attributes(container, input, part))]
pub fn derive_container_part(item: TokenStream) -> TokenStream {
    finish(expand::derive_container_part(item.into()))
}

#[proc_macro_derive(PathParams, attributes(path_params))]
pub fn derive_path_params(item: TokenStream) -> TokenStream {
    finish(expand::derive_path_params(item.into()))
}

#[proc_macro_derive(ApiError, attributes(api))]
pub fn derive_api_error(item: TokenStream) -> TokenStream {
    finish(expand::derive_api_error(item.into()))
}

#[proc_macro]
pub fn collection(items: TokenStream) -> TokenStream {
    finish(expand::collection(items.into()))
}

#[proc_macro]
pub fn table(items: TokenStream) -> TokenStream {
    finish(expand::table(items.into()))
}

#[proc_macro]
pub fn routes(items: TokenStream) -> TokenStream {
    finish(expand::routes(items.into()))
}
