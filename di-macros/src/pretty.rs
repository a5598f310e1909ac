//! How is a type shown to people?

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// `tokens` as one would write them: `Result<Json<User>, Error>`.
pub(crate) fn pretty(tokens: impl ToTokens) -> String {
    let mut text = String::new();
    push(tokens.to_token_stream(), &mut text);
    // What only generated code names so.
    let itself = text.strip_prefix("__di::Itself<").and_then(|text| text.strip_suffix('>'));
    without_parentheses(itself.unwrap_or(&text)).replace("__di::", "")
}

/// What is in parentheses that are around one name and mean nothing.
fn without_parentheses(text: &str) -> &str {
    let inside = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    inside.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')).unwrap_or(text)
}

fn push(tokens: TokenStream, text: &mut String) {
    let mut joined = true;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if !joined {
                    text.push(' ');
                }
                text.push_str(&ident.to_string());
                joined = false;
            }
            TokenTree::Literal(literal) => {
                if !joined {
                    text.push(' ');
                }
                text.push_str(&literal.to_string());
                joined = false;
            }
            TokenTree::Punct(punct) => {
                let c = punct.as_char();
                if matches!(c, '+' | '=' | '-') && !text.ends_with(['-', '=']) {
                    text.push(' ');
                }
                text.push(c);
                let apart =
                    punct.spacing() == Spacing::Alone && matches!(c, ',' | '+' | '=' | ';') || text.ends_with("->");
                if apart {
                    text.push(' ');
                }
                joined = apart || c != '>';
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                push(group.stream(), text);
                text.push_str(close);
                joined = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;
    use quote::quote;

    #[test]
    fn writes_types_as_people_do() {
        for ty in
            ["Result<Json<User>, Error>", "&'a mut Session", "dyn Fn(u8) -> u8 + Send", "[u8; 4]", "a::b::C<D, 3>"]
        {
            let tokens: proc_macro2::TokenStream = ty.parse().unwrap();
            assert_eq!(pretty(quote!(#tokens)), ty);
            assert_eq!(pretty(quote!(__di::Itself<#tokens>)), ty);
        }
    }
}
