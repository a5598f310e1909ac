//! The grammar that all attributes share: `"text", word, key = value`, separated by commas.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Expr, ExprLit, Lit, LitStr, Path, Token, Type, bracketed,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
};

use crate::{
    diag::{Diagnostics, near_miss},
    pretty::pretty,
};

/// What an attribute was given.
pub(crate) struct Options {
    /// Texts that stand alone.
    texts: Vec<LitStr>,
    words: Vec<Word>,
    /// Whether something was no option at all: what is missing then may only be unread.
    unread: bool,
}

struct Word {
    key: Ident,
    value: Option<TokenStream>,
    /// How the word was written, if what stands behind it is no `=`.
    without_equals: Option<Ident>,
    /// Whether what stands behind it could not be read, which has been said.
    unread: bool,
}

impl Word {
    /// Its value, to point at, or the word where no token stands between its parentheses.
    fn at(&self) -> TokenStream {
        let value = self.value.as_ref().filter(|value| !value.is_empty());
        value.map_or_else(|| self.key.to_token_stream(), Clone::clone)
    }
}

/// A type that has a name.
struct NamedType(Type);

impl Parse for NamedType {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        match input.parse()? {
            ty @ Type::Path(_) => Ok(Self(ty)),
            ty => Err(syn::Error::new_spanned(ty, "expected the name of a type")),
        }
    }
}

/// Where that is said which other frameworks have as an option of a provider or, if there are `tags`, of a route.
fn elsewhere(key: &str, known: &[&str]) -> Option<&'static str> {
    if known.contains(&"transient") {
        return Some(match key {
            "scope" => "a scope is a word by itself: `singleton`, `request` or `transient`",
            "app" | "application" => "`singleton` is for one value in the whole application",
            "use_cache" => "`transient` is for a value of its own for each use",
            _ => return None,
        });
    }
    if !known.contains(&"tags") {
        return None;
    }
    Some(match key {
        "guard" | "guards" | "dependencies" => {
            "what guards a route stands in the table: `group(guards = [Admin], handler)`, or is a parameter"
        }
        "layers" | "wrap" => "layers stand in the table: `group(layers = [..], handler)`",
        "status" | "status_code" => {
            "the status is a part of what is returned: `Created::new(..)`, or any with it, `(StatusCode::ACCEPTED, Json(..))`"
        }
        "response_model" | "response" | "responses" => "what is answered is the type that is returned",
        "name" => "a handler has its function's name; `operation_id = \"listUsers\"` is what documents call it",
        "data" => "the body is a parameter: `user: Json<User>`, or a `Form`, `Bytes` or `String`",
        "include_in_schema" => "`hidden` keeps a route out of documents",
        "rank" => "of several paths that match, the most specific one wins",
        "summary" | "description" => "the doc comment of the function says it",
        _ => return None,
    })
}

impl Options {
    /// Reads `args`; a word that is not in `known` is an error, and so is a second one of a kind.
    pub(crate) fn parse(attribute: &str, args: TokenStream, known: &[&str], diags: &Diagnostics) -> Self {
        let mut options = Self { texts: Vec::new(), words: Vec::new(), unread: false };
        let parsed = (|input: ParseStream<'_>| options.fill(attribute, known, input, diags)).parse2(args);
        options.unread = diags.ok(parsed).is_none();
        options.check(attribute, known, diags);
        options
    }

    fn fill(
        &mut self,
        attribute: &str,
        known: &[&str],
        input: ParseStream<'_>,
        diags: &Diagnostics,
    ) -> syn::Result<()> {
        while !input.is_empty() {
            if input.peek(LitStr) {
                let text: LitStr = input.parse()?;
                match self.words.last_mut() {
                    // Then the list lacks its brackets, which is said of the whole of it.
                    Some(Word { key, value: Some(tags), .. })
                        if key == "tags" && !self.texts.is_empty() && syn::parse2::<Group>(tags.clone()).is_err() =>
                    {
                        tags.extend(quote!(, #text));
                    }
                    _ => self.texts.push(text),
                }
            } else if let Ok(key) = input.call(<Ident as syn::ext::IdentExt>::parse_any) {
                let is_path = input.peek(Token![!]) || input.is_empty() && is_constant(&key);
                if is_path && known.contains(&"tags") {
                    return Err(syn::Error::new_spanned(
                        key,
                        "a path stands here as a string: an attribute is read before any macro or constant is\n\
                         help: write it out, as in `\"/path\"`",
                    ));
                }
                let word = match input.parse::<Option<Token![=]>>()? {
                    Some(_) => {
                        let value = value(&key, input)?;
                        Word { key, value: Some(value), without_equals: None, unread: false }
                    }
                    None => {
                        let value = value_without_equals(&key, input)?;
                        let meant = match key == "named" && value.is_some() && known.contains(&"name") {
                            true => Ident::new("name", key.span()),
                            false => key.clone(),
                        };
                        Word { key: meant, without_equals: value.is_some().then_some(key), value, unread: false }
                    }
                };
                self.words.push(word);
            } else {
                let takes = if known.is_empty() { "nothing".into() } else { list(known) };
                return Err(input.error(format!(
                    "`{attribute}` has no such option\nhelp: it takes {takes}, and a path is a string"
                )));
            }
            if input.peek(Token![;]) {
                let semicolon: Token![;] = input.parse()?;
                diags.at(semicolon, "options are separated by `,`\nhelp: write `,` in place of `;`");
            } else if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                let missing = input.error("a comma is missing before this\nhelp: options are separated by `,`");
                let fork = input.fork();
                let is_next = input.peek(LitStr) && self.texts.is_empty()
                    || fork.parse::<Ident>().is_ok_and(|key| known.contains(&key.to_string().as_str()));
                match self.words.last_mut() {
                    _ if is_next => diags.push(missing),
                    // That there is no such option is said of it, and what stands behind it belongs to it.
                    Some(word) if !known.iter().any(|known| word.key == known) => {
                        input.parse::<TokenStream>()?;
                    }
                    Some(word) => {
                        word.unread = true;
                        return Err(missing);
                    }
                    None => return Err(missing),
                }
            }
        }
        Ok(())
    }

    /// Whether something could not be read at all, which has been said.
    pub(crate) fn unread(&self) -> bool {
        self.unread
    }

    fn check(&mut self, attribute: &str, known: &[&str], diags: &Diagnostics) {
        let mut seen: Vec<String> = Vec::new();
        self.words.retain(|word| {
            let key = word.key.to_string();
            if !known.contains(&key.as_str()) {
                let help = match (elsewhere(&key, known), near_miss(&key, known)) {
                    (Some(elsewhere), _) => elsewhere.to_owned(),
                    (None, Some(near)) => format!("did you mean `{near}`?"),
                    (None, None) if attribute == "route" && is_constant(&word.key) => {
                        format!("write `method = \"{key}\"`")
                    }
                    (None, None) if key == "path" => "a path is a string by itself: `\"/path\"`".to_owned(),
                    (None, None) => format!("it takes {}", list(known)),
                };
                diags.at(&word.key, format!("`{attribute}` has no option `{key}`\nhelp: {help}"));
                self.unread = true;
                return false;
            }
            if seen.contains(&key) {
                diags.at(&word.key, format!("`{key}` is given twice\nhelp: remove one of the two"));
                return false;
            }
            seen.push(key);
            true
        });
    }

    /// The one text of the attribute.
    pub(crate) fn text(&self, diags: &Diagnostics) -> Option<&LitStr> {
        if let Some(second) = self.texts.get(1) {
            diags.at(second, "the path is given twice\nhelp: remove one of the two");
        }
        self.texts.first()
    }

    /// The first of two texts.
    pub(crate) fn first_of_two(&self) -> Option<&LitStr> {
        self.texts.first().filter(|_| self.texts.len() == 2)
    }

    /// Refuses texts, which `attribute` has no use for.
    pub(crate) fn no_text(&self, attribute: &str, diags: &Diagnostics) {
        if let Some(text) = self.texts.first() {
            diags.at(text, format!("`{attribute}` takes no string\nhelp: its options are words without quotes"));
        }
    }

    /// Whether a word stands there by itself.
    pub(crate) fn flag(&self, key: &str, diags: &Diagnostics) -> bool {
        let Some(word) = self.words.iter().find(|word| word.key == key) else { return false };
        if word.value.is_some() {
            diags.at(word.at(), format!("`{key}` takes no value\nhelp: write `{key}`"));
        }
        true
    }

    /// The word itself, to point at, if it stands there as it should.
    pub(crate) fn alone(&self, key: &str) -> Option<&Ident> {
        let word = self.words.iter().find(|word| word.key == key)?;
        (word.value.is_none() && !word.unread).then_some(&word.key)
    }

    /// The word itself, to point at.
    pub(crate) fn key(&self, key: &str) -> Option<&Ident> {
        self.words.iter().map(|word| &word.key).find(|word| *word == key)
    }

    pub(crate) fn ty(&self, key: &str, diags: &Diagnostics) -> Option<Type> {
        self.value::<NamedType>(key, "a type", "App", diags).map(|named| named.0)
    }

    /// The qualifier that `name = Type` gives.
    pub(crate) fn name(&self, diags: &Diagnostics) -> Option<Type> {
        let named = self.value::<NamedType>("name", "a type", "Replica", diags).map(|named| named.0);
        // One in quotes is taken as it is meant, if it is written as a type is.
        named.or_else(|| {
            let word = self.words.iter().find(|word| word.key == "name")?;
            let quoted: LitStr = syn::parse2(word.value.clone()?).ok()?;
            let value = quoted.value();
            if value.starts_with(|c: char| c.is_ascii_uppercase()) { quoted.parse().ok() } else { None }
        })
    }

    /// Whether there is a name that could not be read, which has been said.
    pub(crate) fn has_unread_name(&self, named: Option<&Type>) -> bool {
        self.key("name").is_some() && named.is_none()
    }

    pub(crate) fn path(&self, key: &str, diags: &Diagnostics) -> Option<Path> {
        self.value(key, "the path of a function", "finish", diags)
    }

    pub(crate) fn ident(&self, key: &str, diags: &Diagnostics) -> Option<Ident> {
        self.value(key, "a name", "Name", diags)
    }

    /// The types that `key = [..]` lists; `kind` says what they are.
    pub(crate) fn types(&self, key: &str, kind: &str, example: &str, diags: &Diagnostics) -> Vec<Type> {
        let types = self.value::<List<Type>>(key, &format!("a list of types{kind}"), example, diags);
        types.map_or_else(Vec::new, |types| types.0)
    }

    /// A number of `unit`, in an option such as `example`; whether it is one is for the compiler to say, unless the tokens
    /// tell.
    pub(crate) fn number(&self, key: &str, unit: &str, example: &str, diags: &Diagnostics) -> Option<Expr> {
        let kind = format!("a number of {unit}");
        let value = example.strip_prefix(key).and_then(|rest| rest.strip_prefix(" = ")).unwrap_or(example);
        let known = diags.len();
        let value = number(key, unit, example, self.value(key, &kind, value, diags)?);
        if diags.len() > known { value.ok() } else { diags.ok(value) }
    }

    pub(crate) fn text_of(&self, key: &str, example: &str, diags: &Diagnostics) -> Option<LitStr> {
        self.value(key, "a string", example, diags)
    }

    /// The strings that `tags = ["a", "b"]` lists.
    pub(crate) fn texts(&self, key: &str, diags: &Diagnostics) -> Vec<LitStr> {
        let list: Option<List<LitStr>> = self.value(key, "a list of strings", "[\"users\"]", diags);
        list.map(|list| list.0).unwrap_or_default()
    }

    fn value<T: Parse>(&self, key: &str, kind: &str, example: &str, diags: &Diagnostics) -> Option<T> {
        let word = self.words.iter().find(|word| word.key == key)?;
        let Some(value) = &word.value else {
            if word.unread {
                return None;
            }
            diags.at(&word.key, format!("`{key}` needs a value\nhelp: write {kind}: `{key} = {example}`"));
            return None;
        };
        match syn::parse2(value.clone()) {
            Ok(parsed) => {
                if let Some(written) = &word.without_equals {
                    diags.at(written, behind_equals(written, &word.key, value));
                }
                Some(parsed)
            }
            Err(_) => {
                let help = match syn::parse2::<LitStr>(value.clone()) {
                    Ok(quoted) if syn::parse_str::<T>(&quoted.value()).is_ok() => {
                        format!("write it without quotes: `{key} = {}`", quoted.value())
                    }
                    _ => format!("write {kind}: `{key} = {example}`"),
                };
                diags.at(word.at(), format!("`{key}` takes {kind}\nhelp: {help}"));
                None
            }
        }
    }
}

/// `value`, unless the tokens tell that it is no number of `unit`, in an option such as `example`.
pub(crate) fn number(key: &str, unit: &str, example: &str, value: Expr) -> syn::Result<Expr> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) if !matches!(lit, Lit::Int(_)) => Err(no_number(&lit, key, unit, example)),
        value => Ok(value),
    }
}

/// That what stands `at` is no number of `unit`.
pub(crate) fn no_number(at: &impl ToTokens, key: &str, unit: &str, example: &str) -> syn::Error {
    syn::Error::new_spanned(at, format!("`{key}` takes a number of {unit}\nhelp: write it as in `{example}`"))
}

/// `[a, b]`
struct List<T>(Vec<T>);

impl<T: Parse> Parse for List<T> {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let list;
        bracketed!(list in input);
        Ok(Self(Punctuated::<T, Token![,]>::parse_terminated(&list)?.into_iter().collect()))
    }
}

/// All tokens up to the next comma that is not within `<..>` or the parameters of a closure; a shift's `<<` opens nothing.
fn value(key: &Ident, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    if input.peek(Token![|]) {
        return input.parse::<Expr>().map(ToTokens::into_token_stream);
    }
    let mut depth = 0_usize;
    while !(input.is_empty() || depth == 0 && input.peek(Token![,])) {
        if !tokens.is_empty() && depth == 0 && (input.peek(Token![<<]) || input.peek(Token![>>])) {
            tokens.extend(input.call(shift)?);
            continue;
        }
        let token: TokenTree = input.parse()?;
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        tokens.extend([token]);
    }
    if tokens.is_empty() {
        return Err(syn::Error::new_spanned(key, format!("`{key}` has no value\nhelp: write it behind the `=`")));
    }
    Ok(tokens)
}

/// What stands behind an option in parentheses, brackets or braces or a `:`, as values do elsewhere. It is taken as it is meant: what else is
/// said of the item does not depend on how it was written.
pub(crate) fn value_without_equals(key: &Ident, input: ParseStream<'_>) -> syn::Result<Option<TokenStream>> {
    if input.peek(syn::token::Paren) || input.peek(syn::token::Brace) {
        Ok(Some(input.parse::<Group>()?.stream()))
    } else if input.peek(syn::token::Bracket) {
        Ok(Some(input.parse::<Group>()?.into_token_stream()))
    } else if input.peek(Token![:]) && !input.peek(Token![::]) {
        input.parse::<Token![:]>()?;
        value(key, input).map(Some)
    } else {
        Ok(None)
    }
}

/// What is said of a value that was written so.
pub(crate) fn behind_equals(written: &Ident, meant: &Ident, value: &TokenStream) -> String {
    format!("the value of `{written}` stands behind a `=`\nhelp: write `{meant} = {}`", pretty(value))
}

/// Whether a word is written as constants are.
fn is_constant(word: &Ident) -> bool {
    word.to_string().chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

fn shift(input: ParseStream<'_>) -> syn::Result<[TokenTree; 2]> {
    Ok([input.parse()?, input.parse()?])
}

/// `a`, `b` and `c`.
fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "none".into(),
    }
}
