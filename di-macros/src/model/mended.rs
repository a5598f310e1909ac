//! What can be read of what the compiler could not read?
//!
//! It has said what is wrong, and what uses the item is to have nothing more to complain about. So much is certain only of what is
//! wrong in any version of the language: of what is merely unknown here, the error is ours to report.

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};
use syn::DeriveInput;

/// Of a struct whose fields the compiler could not read, the struct with a comma wherever one is missing, or else without fields.
pub(crate) fn mended(item: &TokenStream) -> Option<DeriveInput> {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let Some(TokenTree::Group(fields)) = tokens.last().filter(|last| is_braces(last)) else { return None };
    if !is_broken(fields.stream()) {
        return None;
    }
    let fields = with_commas(fields.stream());
    for fields in [fields, TokenStream::new()] {
        *tokens.last_mut()? = Group::new(Delimiter::Brace, fields).into();
        if let Ok(item) = syn::parse2(tokens.iter().cloned().collect()) {
            return Some(item);
        }
    }
    None
}

/// Whether a list of fields or parameters cannot be one: between two commas there is not one `:`, or `<` and `>` do not match.
pub(super) fn is_broken(list: TokenStream) -> bool {
    let (mut depth, mut colons, mut any, mut broken) = (0_i32, 0, false, false);
    let mut before = None;
    for token in list {
        let punct = match &token {
            TokenTree::Punct(punct) => Some((punct.as_char(), punct.spacing())),
            _ => None,
        };
        let joint = |char: char| before == Some((char, Spacing::Joint));
        match punct {
            Some((',', _)) if depth <= 0 => {
                broken |= any && colons != 1;
                (colons, any) = (0, false);
            }
            Some(('<', _)) => depth += 1,
            // That of `->` closes nothing.
            Some(('>', _)) if !joint('-') => depth -= 1,
            Some((':', Spacing::Alone)) if depth <= 0 && !joint(':') => colons += 1,
            _ => {}
        }
        any |= !matches!(punct, Some((',', _)));
        // `self` has no type.
        colons += i32::from(matches!(&token, TokenTree::Ident(word) if word == "self"));
        before = punct;
    }
    broken || depth != 0 || any && colons != 1
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
        let is_name = matches!(token, TokenTree::Ident(_)) && tokens.get(at + 1).is_some_and(is_colon);
        let begins = is_name || is_pub(token) || is_punct(token, '#');
        if begins && !begun {
            all.push(Punct::new(',', Spacing::Alone).into());
        }
        begun = !is_name && (begun || begins) || is_punct(token, ',');
        all.push(token.clone());
    }
    all.into_iter().collect()
}

fn is_pub(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(word) if word == "pub")
}

/// Whether it is a `:` by itself, and not the first of a `::`.
fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Alone)
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
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
    }

    #[test]
    fn what_may_be_right_is_not_mended() {
        for item in [
            quote!(
                struct A {
                    a: u8,
                    b: Vec<(u8, HashMap<u8, a::B>)>,
                }
            ),
            quote!(
                struct A { a: u8 = 5, pub b: fn(u8) -> u8, #[x(y: z)] c: [u8; 2] }
            ),
            quote!(
                struct A {}
            ),
        ] {
            assert!(mended(&item).is_none(), "{item}");
        }
        assert!(!is_broken(quote!(&self, a: &A, (b, c): (B, C), D { e, .. }: D, #[x] _: impl Fn(u8) -> u8)));
        assert!(is_broken(quote!(a: &A b: &B)) && is_broken(quote!(a & A)) && is_broken(quote!(a: Option<A, b: B)));
    }

    #[test]
    fn of_what_cannot_be_read_nothing_is_there() {
        check(&quote!(struct A { a u8 }), &[]);
        assert!(mended(&quote!(struct A(u8 u8);)).is_none());
    }
}
