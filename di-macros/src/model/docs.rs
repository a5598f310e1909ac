//! What is written about an item, for people to read?

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The doc comment as one string; a part that is no literal, such as `include_str!(..)`, is left to the compiler.
pub(crate) fn text(attrs: &[Attribute]) -> Option<TokenStream> {
    let parts: Vec<Expr> = attrs.iter().filter_map(part).collect();
    let (mut tokens, mut literal) = (Vec::new(), String::new());
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            literal.push('\n');
        }
        match part {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                let text = text.value();
                literal.push_str(text.strip_prefix(' ').unwrap_or(&text).trim_end());
            }
            other => {
                tokens.push(quote!(#literal));
                tokens.push(quote!(#other));
                literal.clear();
            }
        }
    }
    if tokens.is_empty() {
        return (!literal.trim().is_empty()).then(|| quote!(#literal));
    }
    Some(quote!(::core::concat!(#(#tokens,)* #literal)))
}

fn part(attr: &Attribute) -> Option<Expr> {
    match &attr.meta {
        Meta::NameValue(meta) if attr.path().is_ident("doc") => Some(meta.value.clone()),
        _ => None,
    }
}

/// Whether it is marked as deprecated.
pub(crate) fn is_deprecated(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("deprecated"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::{ItemFn, parse_quote};

    #[track_caller]
    fn check(item: &ItemFn, expected: Option<&str>) {
        assert_eq!(text(&item.attrs).map(|text| text.to_string()).as_deref(), expected);
    }

    #[test]
    fn a_doc_comment_is_one_string() {
        check(
            &parse_quote!(
                /// Returns one user.
                ///
                ///     indented
                #[inline]
                fn get() {}
            ),
            Some(r#""Returns one user.\n\n    indented""#),
        );
        check(
            &parse_quote!(
                fn get() {}
            ),
            None,
        );
        check(
            &parse_quote!(
                #[doc = " One. "]
                #[doc = include_str!("two.md")]
                #[doc(hidden)]
                fn get() {}
            ),
            Some(r#":: core :: concat ! ("One.\n" , include_str ! ("two.md") , "")"#),
        );
    }

    #[test]
    fn deprecation_is_seen_whatever_it_says() {
        let with_note: ItemFn = parse_quote!(
            #[deprecated(note = "use `get`")]
            fn old() {}
        );
        assert!(is_deprecated(&with_note.attrs));
    }
}
