//! What of a function is read by nobody: it is taken away before anything else is read, and said to be wrong once.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::named::parameters;
use crate::diag::Diagnostics;

/// Attributes that make a handler or a job of a function, with the type beside it.
const ATTRIBUTES: &[&str] =
    &["get", "post", "put", "patch", "delete", "head", "options", "any", "route", "fallback", "websocket", "job"];

/// A function without further attributes of its kind: each would write a type of the same name. They are on record.
pub(crate) fn alone(item: TokenStream, diags: &Diagnostics) -> TokenStream {
    if !matches!(item.clone().into_iter().next(), Some(TokenTree::Punct(_))) {
        return item;
    }
    let (mut kept, mut tokens) = (Vec::new(), item.into_iter().peekable());
    // The attributes come first.
    while let Some(hash) = tokens.next_if(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#')) {
        let Some(attribute) = tokens.next() else { break };
        if is_another(&attribute) {
            let attribute: TokenStream = [hash, attribute].into_iter().collect();
            diags.at(
                attribute,
                "a function has one attribute that makes it a handler or a job, and this is a second\n\
                 help: put it on a function of its own, which calls this one; `#[any(\"/path\")]` takes all methods",
            );
            continue;
        }
        kept.extend([hash, attribute]);
    }
    kept.into_iter().chain(tokens).collect()
}

/// Whether it is the `[get("/path")]` of an attribute.
fn is_another(attribute: &TokenTree) -> bool {
    let TokenTree::Group(group) = attribute else { return false };
    let path: Vec<String> = group.stream().into_iter().map_while(segment).collect();
    match &path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [name] | ["di_server", ":", ":", name] => ATTRIBUTES.contains(name),
        _ => false,
    }
}

/// A token of a path.
fn segment(token: TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        TokenTree::Punct(punct) if punct.as_char() == ':' => Some(":".into()),
        _ => None,
    }
}

/// A function without the defaults of its parameters, `limit: Query<u32> = 20`: the compiler has refused them when it read the
/// function, and goes on.
pub(crate) fn without_defaults(item: TokenStream) -> TokenStream {
    // Hardly ever there is one, and what follows would cost each function as much as to parse it.
    if !item.clone().into_iter().any(|token| matches!(token, TokenTree::Group(group) if may_have_default(&group))) {
        return item;
    }
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let Some(at) = parameters(&tokens) else { return item };
    let TokenTree::Group(list) = &tokens[at] else { return item };
    let (mut kept, mut depth, mut last, mut in_default) = (Vec::new(), 0_usize, ' ', false);
    let mut changed = false;
    for token in list.stream() {
        let punct = if let TokenTree::Punct(punct) = &token { punct.as_char() } else { ' ' };
        match punct {
            '=' if depth == 0 => (in_default, changed) = (true, true),
            ',' if depth == 0 => in_default = false,
            '<' if !in_default => depth += 1,
            '>' if !in_default && last != '-' => depth = depth.saturating_sub(1),
            _ => {}
        }
        last = punct;
        if !in_default {
            kept.push(token);
        }
    }
    if !changed {
        return item;
    }
    let mut group = Group::new(Delimiter::Parenthesis, kept.into_iter().collect());
    group.set_span(list.span());
    tokens[at] = group.into();
    tokens.into_iter().collect()
}

/// Whether this is a list in parentheses with a `=` in it.
fn may_have_default(list: &Group) -> bool {
    let equals = |token: TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '=');
    list.delimiter() == Delimiter::Parenthesis && list.stream().into_iter().any(equals)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn defaults_are_taken_away() {
        let item = quote!(
            fn list(a: Query<u8> = Query(20), f: &Arc<dyn Fn(u8) -> u8 + Iterator<Item = u8>>, c: C = C {}) -> X {}
        );
        let expected = quote!(
            fn list(a: Query<u8>, f: &Arc<dyn Fn(u8) -> u8 + Iterator<Item = u8>>, c: C) -> X {}
        );
        assert_eq!(without_defaults(item).to_string(), expected.to_string());
        assert_eq!(without_defaults(expected.clone()).to_string(), expected.to_string());
    }

    #[test]
    fn a_function_is_one_handler() {
        let diags = Diagnostics::new();
        let item = quote!(
            #[doc = "Lists."]
            #[post("/a")]
            #[di_server::job]
            #[cached::get]
            #[must_use]
            fn list() {}
        );
        let expected = quote!(
            #[doc = "Lists."]
            #[cached::get]
            #[must_use]
            fn list() {}
        );
        assert_eq!(alone(item, &diags).to_string(), expected.to_string());
        assert_eq!(diags.finish().len(), 2);
    }
}
