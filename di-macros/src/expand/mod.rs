//! What is written beside the user's item?
//!
//! The item itself, as it is written; then one `const _: () = { .. };` that holds everything else: an implementation of one of `di-core`'s call traits,
//! the record with its table of parameters, and a check whose fault is reported at the tokens that it is about.

mod api_error;
mod collection;
mod container;
mod derive_provider;
mod document;
mod guard;
mod handler;
mod job;
mod params;
mod part;
mod path_params;
mod provided;
mod provider;
mod segments;
mod table;
mod uri;
mod websocket;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    api_error::derive_api_error,
    collection::collection,
    container::derive_container,
    derive_provider::derive_provider,
    guard::guard,
    handler::handler,
    job::job,
    part::derive_container_part,
    path_params::derive_path_params,
    provider::provider,
    table::{routes, table},
    websocket::websocket,
};

use crate::{diag::Diagnostics, model::is_deprecated};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, GenericParam, Generics, Type, VisRestricted, Visibility, spanned::Spanned};

/// The container that is meant where none is named.
fn container(named: Option<Type>) -> Type {
    named.unwrap_or_else(|| syn::parse_quote!(App))
}

/// Whether `container = any` says that it is for every container, and the type that stands for one of them then.
fn any(container: &Type) -> Option<Type> {
    match container {
        Type::Path(path) if path.path.is_ident("any") => Some(any_at(container.span())),
        _ => None,
    }
}

/// The type that stands for one of all containers, as if it were written at `span`.
fn any_at(span: Span) -> Type {
    let any = Ident::new("AnyContainer", span.resolved_at(Span::call_site()));
    syn::parse_quote!(#any)
}

/// The container of what is found by one alone; `any` is on record then.
fn of_one(what: &str, named: Type, diags: &Diagnostics) -> Type {
    if any(&named).is_none() {
        return named;
    }
    diags.at(
        &named,
        format!(
            "a {what} is of one container, in which it is checked\n\
             help: write which, `container = App`; what a library brings are providers and parts, for a {what} to take"
        ),
    );
    container(None)
}

/// Brings the names that generated code uses into the scope of a block.
fn prelude() -> TokenStream {
    quote! {
        use ::di_server::__private as __di;
        #[allow(unused_imports)]
        use __di::all_fallbacks::*;
    }
}

/// The same, of what a handler asks alone.
fn prelude_of_handler() -> TokenStream {
    quote! {
        use ::di_server::__private as __di;
        #[allow(unused_imports)]
        use __di::fallbacks::*;
    }
}

/// Brings the ways for an output to become a response into scope; `checked` says that its error has been looked at, so
/// that one which is no error may pass.
fn outputs(checked: bool) -> TokenStream {
    let last = if checked { quote!(AsNeither) } else { quote!(AsIs) };
    quote! {
        #[allow(unused_imports)]
        use __di::{AsError as _, AsResponse as _, #last as _};
    }
}

/// The type beside a function, by which it is named where a type is asked for.
///
/// What nobody names is told of as unused: the function, by its own name, because the type is one of a macro. If the type were
/// allowed to be unused, the compiler would take it for used, and with it the function.
fn marker(vis: &Visibility, name: &Ident) -> TokenStream {
    let at = Span::call_site().located_at(name.span());
    let (vis, mut name) = (of_attribute(vis), name.clone());
    name.set_span(at);
    let marker = quote_spanned!(at=> struct #name {});
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_docs, missing_debug_implementations)]
        #vis #marker
    }
}

/// The same visibility, written by the attribute: where the user's own macro has written it, what begins with it would be the user's,
/// and be told of if nobody uses it.
fn of_attribute(vis: &Visibility) -> Visibility {
    let mut vis = vis.clone();
    if let Visibility::Public(token) | Visibility::Restricted(VisRestricted { pub_token: token, .. }) = &mut vis {
        token.span = Span::call_site().located_at(token.span);
    }
    vis
}

/// The generics of an `impl` whose keyword stands at the user's tokens, and which has none. Without them the compiler would offer
/// to declare a type there that it does not know, and would report the type once with that offer and once more without it.
fn no_generics() -> TokenStream {
    quote!(<>)
}

/// Where the attribute stands that is being expanded, without a note that a macro was expanded there.
fn at_attribute(item: &TokenStream) -> Span {
    let user = item.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    user.located_at(Span::call_site())
}

/// What goes before generated code for what has these attributes: it is no use of the user's of what is deprecated.
fn allowing_deprecated(attrs: &[Attribute]) -> Option<TokenStream> {
    is_deprecated(attrs).then(|| quote!(#[allow(deprecated)]))
}

/// Whether `tokens` name one of the type or constant parameters of `generics`.
fn mentions(tokens: &impl ToTokens, generics: &Generics) -> bool {
    fn any(tokens: TokenStream, generics: &Generics) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => generics.params.iter().any(|param| match param {
                GenericParam::Type(param) => param.ident == ident,
                GenericParam::Const(param) => param.ident == ident,
                GenericParam::Lifetime(_) => false,
            }),
            TokenTree::Group(group) => any(group.stream(), generics),
            _ => false,
        })
    }
    any(tokens.to_token_stream(), generics)
}

/// Where `at` stands, as a `Place`.
fn place(at: Span) -> TokenStream {
    call_at(&Ident::new("at", at), quote!(__di::Place::here), TokenStream::new())
}

/// The record of the function `name`.
fn function(name: &Ident, generic: bool) -> TokenStream {
    let text = crate::model::ident_name_raw(name);
    call_at(name, quote!(__di::Function::here), quote!(#text, ::core::module_path!(), #generic))
}

/// `tokens` with spans that make an error about them underline all of `at`.
fn covering(at: &impl ToTokens, tokens: TokenStream) -> TokenStream {
    let Some((first, last)) = ends(at) else { return tokens };
    // Names must mean the same at both ends, also where a macro has brought the ends together.
    let last = last.resolved_at(first);
    let mut tokens: Vec<TokenTree> = tokens.into_iter().map(|token| respan(token, first)).collect();
    if let Some(end) = tokens.pop() {
        tokens.push(respan(end, last));
    }
    tokens.into_iter().collect()
}

/// The spans of the first and of the last token.
fn ends(at: &impl ToTokens) -> Option<(Span, Span)> {
    let mut tokens = at.to_token_stream().into_iter();
    let first = tokens.next()?.span();
    Some((first, tokens.last().map_or(first, |last| last.span())))
}

/// `{ tokens }` with braces that end where `at` does: an item between a keyword of [`covering`] and these is reported at
/// `at`, and not at the attribute.
fn braced(at: &impl ToTokens, tokens: TokenStream) -> TokenStream {
    let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Brace, tokens);
    if let Some((_, last)) = ends(at) {
        group.set_span(last);
    }
    TokenTree::from(group).into_token_stream()
}

/// The name of a variable that is bound outside of [`covering`] and used inside.
fn local(at: &impl ToTokens, name: &str) -> Ident {
    let first = at.to_token_stream().into_iter().next();
    Ident::new(name, first.map_or_else(Span::call_site, |first| first.span()))
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
    let fail = call_at(at, quote!(__di::check::fail), text);
    quote!(#fail;)
}

/// Where a fault of one part of a function is reported.
struct Part {
    /// The part's tokens, for their spans.
    at: TokenStream,
    /// The function of `di-core`'s checks that panics over this part.
    report: &'static str,
    /// The number of the part, if it is a parameter.
    index: Option<usize>,
}

impl Part {
    fn new(at: &impl ToTokens, report: &'static str) -> Self {
        Self { at: at.to_token_stream(), report, index: None }
    }

    fn param(index: usize, at: &impl ToTokens) -> Self {
        Self { at: at.to_token_stream(), report: "at_param", index: Some(index) }
    }
}

/// What is wrong with a function, if `check` finds anything: an error at the tokens of the part that it is about.
///
/// Each part hands on what was found, because the compiler takes less time for one expression than for as many statements.
fn faults(check: TokenStream, parts: impl IntoIterator<Item = Part>) -> TokenStream {
    let checked = parts.into_iter().fold(check, |found, Part { at, report, index }| {
        let (report, index) = (Ident::new(report, Span::call_site()), index.map(|index| quote!(, #index)));
        call_at(&at, quote!(__di::#report), quote!(#found #index))
    });
    quote!(let _ = #checked;)
}

/// A call of `function` that stands at `at`, where a function that tracks its caller finds it.
fn call_at(at: &impl ToTokens, function: TokenStream, arguments: TokenStream) -> TokenStream {
    let function = covering(at, function);
    let mut arguments = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, arguments);
    if let Some((_, last)) = ends(at) {
        arguments.set_span(last);
    }
    quote!(#function #arguments)
}

/// The type of a future of `output`. It stands at the function, where the compiler reports that it is not `Send`, and where
/// what has a shorter name there too would be an `unused_qualifications` of the user's.
fn future_of(output: &TokenStream, at: Span) -> TokenStream {
    quote_spanned!(at=> impl __di::Awaited<Output = #output> + __di::Sendable)
}

/// The span of a type's first token: where a call about it is located.
fn at(ty: &Type) -> Span {
    ty.span()
}
