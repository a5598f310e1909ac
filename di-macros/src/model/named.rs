//! Which of several of a type does a parameter ask for?
//!
//! `#[named(Replica)]` on a parameter is for the attribute of the function alone: the compiler knows no such attribute, so
//! it is taken away where the function is written out. So is a parameter's doc comment, which the compiler allows in no such place.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{Attribute, Meta, Type};

use crate::{
    diag::{Diagnostics, near_miss},
    pretty::pretty,
};

const NAMED: &str = "named";

/// Attributes that the compiler knows on a parameter, or refuses in better words.
const KNOWN: &[&str] = &["allow", "cfg", "cfg_attr", "deny", "doc", "expect", "forbid", "warn"];

/// The qualifier that `#[named(..)]` gives.
pub(super) fn named(attrs: &[Attribute], diags: &Diagnostics) -> Option<Type> {
    const HELP: &str =
        "help: write the type that its provider has, `#[named(Replica)]` for `#[provider(name = Replica)]`";
    let mut attrs = attrs.iter().filter(|attr| attr.path().is_ident(NAMED));
    let attr = attrs.next()?;
    if let Some(second) = attrs.next() {
        diags.at(second, "a parameter is given two names\nhelp: remove one of the two");
    }
    let name = match &attr.meta {
        Meta::List(list) if !list.tokens.is_empty() => syn::parse2(list.tokens.clone()).ok(),
        Meta::List(_) | Meta::Path(_) => {
            diags.at(attr, format!("`named` needs a name\n{HELP}"));
            return None;
        }
        Meta::NameValue(_) => None,
    };
    if name.is_none() {
        diags.at(attr, format!("a name is a type\n{HELP}"));
    }
    name
}

/// Records those of a parameter's attributes that mean nothing there. Says whether one of them is to say where the parameter comes from,
/// which is then not asked again.
pub(super) fn of_parameter(name: &str, ty: &Type, attrs: &[Attribute], diags: &Diagnostics) -> bool {
    let mut is_source = false;
    for attr in attrs {
        if attr.path().is_ident("cfg") {
            diags.at(
                attr,
                "a parameter cannot be conditional: what a function takes is read before conditions are\n\
                 help: write the function twice, under `#[cfg(..)]` and under `#[cfg(not(..))]`",
            );
            continue;
        }
        let Some(word) = attr.path().get_ident().map(ToString::to_string) else { continue };
        if word == NAMED || KNOWN.contains(&word.as_str()) {
            continue;
        }
        let source = match word.as_str() {
            "path" | "param" => Some("Path"),
            "query" => Some("Query"),
            "header" => Some("Header"),
            "cookie" => Some("Cookie"),
            "body" | "json" => Some("Json"),
            "form" => Some("Form"),
            _ => None,
        };
        if let Some(source) = source.filter(|_| matches!(ty, Type::Path(_))) {
            let (ty, has_more) = (pretty(ty), matches!(attr.meta, Meta::List(_)));
            let more = if has_more { "; what may be missing is an `Option` of that" } else { "" };
            let text = format!("a parameter has no attribute `{word}`\nhelp: write `{name}: {source}<{ty}>`{more}");
            diags.at(attr, text);
            is_source = true;
            continue;
        }
        let help = match (word.as_str(), near_miss(&word, &[NAMED])) {
            ("serde", _) => {
                "an input has the name of its parameter; the fields of a struct, as in `Query<Page>`, are renamed by serde"
            }
            ("default", _) => "what may be missing is an `Option`, as in `limit: Option<Query<u32>>`",
            (_, Some(_)) => "did you mean `named`?",
            (_, None) => "a parameter takes `named`, which asks for one of several of a type",
        };
        diags.at(attr, format!("a parameter has no attribute `{word}`\nhelp: {help}"));
    }
    is_source
}

/// A function as it is written out: without those attributes of its parameters that are not for the compiler; all else is left
/// as it is.
///
/// Where it has no generics, it is given an empty list of them that is not the user's. In the user's the compiler would offer
/// to declare a type that it does not know, and would report the type once with that offer, and once more without it, where
/// the type is mentioned beside the function.
pub(crate) fn written_out(item: &TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let Some(at) = parameters(&tokens) else { return item.clone() };
    if let TokenTree::Group(group) = &tokens[at] {
        if let Some(parameters) = without_receiver(group) {
            // It has been refused, and the compiler would refuse it too, if it is free.
            let before = &tokens[..at];
            return quote!(#[allow(unused)] #(#before)* #parameters {});
        }
        if let Some(stripped) = stripped(group) {
            tokens[at] = stripped.into();
        }
    }
    if let [.., TokenTree::Ident(keyword), TokenTree::Ident(name)] = &tokens[..at]
        && keyword == "fn"
    {
        let generics = quote_spanned!(behind(name)=> <>);
        tokens.splice(at..at, generics);
    }
    tokens.into_iter().collect()
}

/// The parameters of a method, without its `self`.
fn without_receiver(parameters: &Group) -> Option<Group> {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let tokens: Vec<TokenTree> = parameters.stream().into_iter().collect();
    let first = tokens.iter().position(is_comma).unwrap_or(tokens.len());
    let is_self = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "self");
    if !tokens[..first].iter().any(is_self) {
        return None;
    }
    let rest = tokens.into_iter().skip(first + 1).collect();
    Some(Group::new(Delimiter::Parenthesis, rest))
}

/// Where `name` ends, as a place of ours.
fn behind(name: &Ident) -> Span {
    let span = name.span().resolved_at(Span::call_site());
    if proc_macro::is_available() { span.unwrap().end().into() } else { span }
}

/// An `impl` block whose functions are without such attributes of their parameters.
pub(crate) fn without_names_within(block: &TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = block.clone().into_iter().collect();
    let Some(TokenTree::Group(items)) = tokens.last() else { return block.clone() };
    let mut inside: Vec<TokenTree> = items.stream().into_iter().collect();
    let starts = (0..inside.len()).filter(|&at| matches!(&inside[at], TokenTree::Ident(ident) if ident == "fn"));
    let lists: Vec<_> = starts.filter_map(|start| Some(start + parameters(&inside[start..])?)).collect();
    let mut changed = false;
    for at in lists {
        let TokenTree::Group(list) = &inside[at] else { continue };
        if let Some(stripped) = stripped(list) {
            inside[at] = stripped.into();
            changed = true;
        }
    }
    if !changed {
        return block.clone();
    }
    let mut stripped = Group::new(items.delimiter(), inside.into_iter().collect());
    stripped.set_span(items.span());
    tokens.pop();
    tokens.push(stripped.into());
    tokens.into_iter().collect()
}

/// Where in a function's tokens its list of parameters is.
pub(super) fn parameters(tokens: &[TokenTree]) -> Option<usize> {
    let keyword = tokens.iter().position(|token| matches!(token, TokenTree::Ident(ident) if ident == "fn"))?;
    // Behind the name; generics may hold lists of their own.
    let (mut depth, mut arrow) = (0_usize, false);
    for (at, token) in tokens.iter().enumerate().skip(keyword + 2) {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' && !arrow => depth = depth.saturating_sub(1),
            TokenTree::Group(group) if depth == 0 => {
                return (group.delimiter() == Delimiter::Parenthesis).then_some(at);
            }
            _ => {}
        }
        arrow = matches!(token, TokenTree::Punct(punct) if punct.as_char() == '-');
    }
    None
}

/// The list without such attributes; `None` if it has none.
fn stripped(list: &Group) -> Option<Group> {
    let tokens: Vec<TokenTree> = list.stream().into_iter().collect();
    let (mut kept, mut at) = (Vec::with_capacity(tokens.len()), 0);
    while at < tokens.len() {
        if let [TokenTree::Punct(hash), TokenTree::Group(attr), ..] = &tokens[at..]
            && hash.as_char() == '#'
            && !for_the_compiler(attr)
        {
            at += 2;
            continue;
        }
        kept.push(tokens[at].clone());
        at += 1;
    }
    if kept.len() == tokens.len() {
        return None;
    }
    let mut group = Group::new(list.delimiter(), kept.into_iter().collect());
    group.set_span(list.span());
    Some(group)
}

fn for_the_compiler(attr: &Group) -> bool {
    const FOR_DOCS: &str = "doc";
    let mut tokens = attr.stream().into_iter();
    match (tokens.next(), tokens.next()) {
        // A path: of a tool, or of another macro.
        (Some(TokenTree::Ident(_)), Some(TokenTree::Punct(colon))) if colon.as_char() == ':' => true,
        (Some(TokenTree::Ident(word)), _) => word != FOR_DOCS && KNOWN.contains(&word.to_string().as_str()),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn only_names_are_taken_away() {
        let item = quote! {
            #[named(Kept)]
            pub async fn list<F: Fn(u8) -> u8>(#[named(Replica)] a: &A, #[doc = "B"] #[allow(unused)] b: &B, #[clippy::x] c: &C) -> X {
                #[named(Kept)]
                call()
            }
        };
        let expected = quote! {
            #[named(Kept)]
            pub async fn list<F: Fn(u8) -> u8>(a: &A, #[allow(unused)] b: &B, #[clippy::x] c: &C) -> X {
                #[named(Kept)]
                call()
            }
        };
        assert_eq!(written_out(&item).to_string(), expected.to_string());
        assert_eq!(written_out(&expected).to_string(), expected.to_string());
        let block = |item: &TokenStream| quote!(impl Limit { const N: u8 = 1; fn one(a: &A) {} #item });
        assert_eq!(without_names_within(&block(&item)).to_string(), block(&expected).to_string());
        assert_eq!(without_names_within(&block(&expected)).to_string(), block(&expected).to_string());
    }

    #[test]
    fn a_function_without_generics_gets_an_empty_list() {
        let item = quote! { pub async fn list(#[named(Replica)] a: &A) -> X {} };
        let expected = quote! { pub async fn list<>(a: &A) -> X {} };
        assert_eq!(written_out(&item).to_string(), expected.to_string());
    }
}
