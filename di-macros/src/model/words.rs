//! Which words of a function tell something about it, before anybody parses its body?

use proc_macro2::{TokenStream, TokenTree};

/// What the words of a function say: each is looked at once, because to ask for an identifier's text is dear.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Words {
    /// There is a `Self`.
    own_type: bool,
    /// There is what may have a `Self` of its own.
    types: bool,
    /// There is a word that every path of a blocking call has.
    pub(crate) may_block: bool,
}

impl Words {
    pub(crate) fn of(item: &TokenStream) -> Self {
        let mut words = Self::default();
        words.read(item.clone());
        words
    }

    fn read(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => match ident.to_string().as_str() {
                    "Self" => self.own_type = true,
                    "enum" | "impl" | "struct" | "trait" | "union" => self.types = true,
                    "sleep" | "fs" | "net" | "blocking" => self.may_block = true,
                    _ => {}
                },
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Whether the function stands in an `impl` block or a trait, where its words tell: a macro is not shown what is around it.
    pub(crate) fn are_of_a_type(self) -> bool {
        self.own_type && !self.types
    }
}
