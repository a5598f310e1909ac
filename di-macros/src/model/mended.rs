//! What can be read of a struct that the compiler could not read?
//!
//! It has said what is wrong, and what uses the struct is to have nothing more to complain about.

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};
use syn::DeriveInput;

/// The struct with a comma wherever one is missing between its fields, or else without its fields.
pub(crate) fn mended(item: &TokenStream) -> Option<DeriveInput> {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let Some(TokenTree::Group(fields)) = tokens.last().filter(|last| is_braces(last)) else { return None };
    let fields = with_commas(fields.stream());
    for fields in [fields, TokenStream::new()] {
        *tokens.last_mut()? = Group::new(Delimiter::Brace, fields).into();
        if let Ok(item) = syn::parse2(tokens.iter().cloned().collect()) {
            return Some(item);
        }
    }
    None
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Puts a comma before each field that does not come behind one.
fn with_commas(fields: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = fields.into_iter().collect();
    let mut all = Vec::with_capacity(tokens.len());
    // Whether a field has begun of which the name is still to come, or could.
    let mut begun = true;
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1);
        let is_name = matches!(token, TokenTree::Ident(_)) && is_colon(next);
        let begins = is_name || is_pub(token) || is_punct(Some(token), '#');
        if begins && !begun {
            all.push(Punct::new(',', Spacing::Alone).into());
        }
        begun = !is_name && (begun || begins) || is_punct(Some(token), ',');
        all.push(token.clone());
    }
    all.into_iter().collect()
}

fn is_pub(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(word) if word == "pub")
}

/// Whether it is a `:` by itself, and not the first of a `::`.
fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Alone)
}

fn is_punct(token: Option<&TokenTree>, char: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == char)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;
    use syn::Data;

    #[track_caller]
    fn check(item: &TokenStream, fields: &[&str]) {
        let Some(DeriveInput { data: Data::Struct(data), .. }) = mended(item) else { panic!("a struct") };
        let names: Vec<_> = data.fields.iter().flat_map(|field| &field.ident).map(ToString::to_string).collect();
        assert_eq!(names, fields);
    }

    #[test]
    fn a_comma_that_is_missing_is_put_there() {
        check(
            &quote!(struct A { a: u8 b: Vec<u8>, c: a::B pub d: u8 #[x] #[y] pub(crate) e: [u8; 2] }),
            &["a", "b", "c", "d", "e"],
        );
        check(
            &quote!(
                #[x]
                pub struct A {
                    #[y]
                    a: u8,
                    #[z]
                    pub b: HashMap<u8, a::b::C>,
                }
            ),
            &["a", "b"],
        );
    }

    #[test]
    fn of_what_cannot_be_read_nothing_is_there() {
        check(&quote!(struct A { a u8 }), &[]);
        assert!(mended(&quote!(struct A(u8 u8);)).is_none());
    }
}
