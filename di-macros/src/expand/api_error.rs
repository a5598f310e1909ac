//! `#[derive(ApiError)]`: the response of each variant of an error.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Fields, Lit, LitInt, LitStr, Token, Type, parse::ParseStream};

use super::{covering, prelude};
use crate::{
    diag::{Diagnostics, near_miss},
    model::mended,
    parse::{behind_equals, value_without_equals},
};

const OPTIONS: &[&str] = &["status", "title", "type", "detail", "opaque", "challenge", "transparent"];

/// Expands the derive.
pub(crate) fn derive_api_error(item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let tokens = match syn::parse2::<DeriveInput>(item.clone()) {
        Ok(item) => Some(expand(&item, &diags)),
        // The compiler has read it before, and has said what is wrong with it.
        Err(_) => mended(&item).map(|item| in_name_only(&item)),
    };
    (tokens.unwrap_or_default(), diags.finish())
}

/// A variant, or a whole struct.
struct Case<'a> {
    /// As patterns name it.
    path: TokenStream,
    /// As the log names it.
    name: String,
    /// What to point at.
    at: &'a Ident,
    fields: &'a Fields,
    attrs: &'a [Attribute],
}

/// What becomes of a case.
enum Answer<'a> {
    Own { status: u16, title: String, type_uri: String, detail: TokenStream, challenge: String },
    Transparent { field: TokenStream, ty: &'a Type },
}

fn cases<'a>(item: &'a DeriveInput, diags: &Diagnostics) -> Vec<Case<'a>> {
    let name = &item.ident;
    match &item.data {
        Data::Enum(data) => {
            let variants = data.variants.iter().map(|variant| {
                let at = &variant.ident;
                Case {
                    path: quote!(Self::#at),
                    name: format!("{name}::{at}"),
                    at,
                    fields: &variant.fields,
                    attrs: &variant.attrs,
                }
            });
            variants.collect()
        }
        Data::Struct(data) => {
            vec![Case {
                path: quote!(Self),
                name: name.to_string(),
                at: name,
                fields: &data.fields,
                attrs: &item.attrs,
            }]
        }
        Data::Union(_) => {
            diags.at(name, "a union cannot be an error\nhelp: derive `ApiError` for an enum or a struct");
            Vec::new()
        }
    }
}

fn expand(item: &DeriveInput, diags: &Diagnostics) -> TokenStream {
    let cases = cases(item, diags);
    misplaced(item, &cases, diags);
    // A variant that lacks what stands in a wrong place is no second mistake.
    let placed = diags.is_empty();
    let answers: Vec<Option<Answer<'_>>> = cases.iter().filter(|_| placed).map(|case| answer(case, diags)).collect();
    if !diags.is_empty() {
        return in_name_only(item);
    }
    let answers: Vec<(&Case<'_>, Answer<'_>)> = cases.iter().zip(answers.into_iter().flatten()).collect();
    implementations(item, &entries(&answers), &respond(item, &answers))
}

/// Where something is wrong the error is a response all the same, so that its users have nothing to complain about.
fn in_name_only(item: &DeriveInput) -> TokenStream {
    implementations(item, &TokenStream::new(), &quote!(::core::unreachable!()))
}

fn implementations(item: &DeriveInput, entries: &TokenStream, respond: &TokenStream) -> TokenStream {
    let (name, (impl_generics, ty_generics, where_clause)) = (&item.ident, item.generics.split_for_impl());
    let prelude = prelude();
    quote! {
        const _: () = {
            #prelude
            impl #impl_generics __di::ApiErrors for #name #ty_generics #where_clause {
                const ERRORS: &'static [__di::ErrorEntry] = &[#entries];
            }
            impl #impl_generics __di::IntoResponse for #name #ty_generics #where_clause {
                fn into_response(self) -> __di::Response {
                    #respond
                }
                fn describe(replies: &mut __di::Replies) {
                    __di::ErrorEntry::describe(<Self as __di::ApiErrors>::ERRORS, replies);
                }
            }
        };
    }
}

/// Attributes that say nothing where they stand: on a whole enum, and on fields.
fn misplaced(item: &DeriveInput, cases: &[Case<'_>], diags: &Diagnostics) {
    if matches!(item.data, Data::Enum(_)) {
        for attr in item.attrs.iter().filter(|attr| attr.path().is_ident("api")) {
            let name = &item.ident;
            diags.at(
                attr,
                format!("each variant has a response of its own, and this stands on the whole of `{name}`\nhelp: write it on its variants"),
            );
        }
    }
    for case in cases {
        let attrs = case.fields.iter().flat_map(|field| &field.attrs);
        for attr in attrs.filter(|attr| attr.path().is_ident("api")) {
            let name = &case.name;
            diags.at(
                attr,
                format!("a response is that of the whole `{name}`, not of a field\nhelp: write it on `{name}`"),
            );
        }
    }
}

fn entries(answers: &[(&Case<'_>, Answer<'_>)]) -> TokenStream {
    let entries = answers.iter().map(|(case, answer)| match answer {
        Answer::Own { status, title, type_uri, detail, challenge } => {
            let name = &case.name;
            quote! {
                __di::ErrorEntry::Response(__di::ErrorResponse {
                    name: #name, status: #status, title: #title, type_uri: #type_uri, detail: __di::ErrorDetail::#detail,
                    challenge: #challenge,
                })
            }
        }
        Answer::Transparent { ty, .. } => {
            quote!(__di::ErrorEntry::Of(__di::DescribeProbe::<#ty>::DESCRIBE))
        }
    });
    quote!(#(#entries),*)
}

fn respond(item: &DeriveInput, answers: &[(&Case<'_>, Answer<'_>)]) -> TokenStream {
    let transparent = answers.iter().filter_map(|(case, answer)| match answer {
        Answer::Own { .. } => None,
        Answer::Transparent { field, ty } => {
            let (path, into) = (&case.path, covering(ty, quote!(__di::AnswersItself)));
            Some(quote!(#path { #field: __inner } => return <#ty as #into>::answered(__inner)))
        }
    });
    let transparent: Vec<TokenStream> = transparent.collect();
    let own = answers.iter().enumerate().filter_map(|(index, (case, answer))| match answer {
        Answer::Own { .. } => {
            let path = &case.path;
            Some(quote!(#path { .. } => #index))
        }
        Answer::Transparent { .. } => None,
    });
    let own: Vec<TokenStream> = own.collect();
    if own.is_empty() {
        return quote!(match self { #(#transparent,)* });
    }
    let passed =
        (!transparent.is_empty()).then(|| quote!(let __error = match self { #(#transparent,)* error => error };));
    let rest = (!transparent.is_empty()).then(|| quote!(_ => ::core::unreachable!(),));
    let error = if transparent.is_empty() { quote!(self) } else { quote!(__error) };
    // The one place that asks whether it is an error.
    let (name, (_, ty_generics, _)) = (&item.ident, item.generics.split_for_impl());
    let is_error = covering(name, quote!(__di::IsError));
    quote! {
        #passed
        let __at: usize = match &#error { #(#own,)* #rest };
        <#name #ty_generics as #is_error>::answer(&#error, &<Self as __di::ApiErrors>::ERRORS[__at])
    }
}

fn answer<'a>(case: &Case<'a>, diags: &Diagnostics) -> Option<Answer<'a>> {
    let before = diags.len();
    let said = Said::read(case, diags);
    if diags.len() > before {
        return None;
    }
    if let Some(key) = &said.transparent {
        return transparent(case, key, &said, diags);
    }
    let Some(status) = said.status else {
        diags.at(
            case.at,
            format!(
                "`{}` has no status\n\
                 help: write `#[api(status = 404)]` on it, or `#[api(transparent)]` if it answers as what it holds",
                case.name
            ),
        );
        return None;
    };
    let hidden = status >= 500 && said.detail.is_none() || said.opaque.is_some();
    let detail = match &said.detail {
        Some(Some(text)) => quote!(Text(#text)),
        _ if hidden => quote!(Hidden),
        _ => quote!(Display),
    };
    let text = |text: Option<LitStr>| text.map_or_else(String::new, |text| text.value());
    Some(Answer::Own {
        status,
        title: text(said.title),
        type_uri: text(said.type_uri),
        detail,
        challenge: text(said.challenge),
    })
}

fn transparent<'a>(case: &Case<'a>, key: &Ident, said: &Said, diags: &Diagnostics) -> Option<Answer<'a>> {
    let alone = said.status.is_none() && said.title.is_none() && said.type_uri.is_none() && said.challenge.is_none();
    if !alone || said.detail.is_some() || said.opaque.is_some() {
        diags.at(key, "what is `transparent` answers as what it holds\nhelp: write `#[api(transparent)]` and no more");
        return None;
    }
    let mut fields = case.fields.iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        diags.at(
            case.at,
            format!(
                "`{}` is `transparent`, and holds {} values\nhelp: give it one, which is a response, or write `#[api(status = 404)]`",
                case.name,
                case.fields.len()
            ),
        );
        return None;
    };
    let name = field.ident.as_ref().map_or_else(|| quote!(0), ToTokens::to_token_stream);
    Some(Answer::Transparent { field: name, ty: &field.ty })
}

/// What the attributes of a case say.
#[derive(Default)]
struct Said {
    status: Option<u16>,
    title: Option<LitStr>,
    type_uri: Option<LitStr>,
    /// `detail`, or `detail = ".."`.
    detail: Option<Option<LitStr>>,
    opaque: Option<Ident>,
    challenge: Option<LitStr>,
    transparent: Option<Ident>,
}

impl Said {
    fn read(case: &Case<'_>, diags: &Diagnostics) -> Self {
        let (mut said, mut seen) = (Self::default(), Vec::new());
        for attr in case.attrs.iter().filter(|attr| attr.path().is_ident("api")) {
            let read = |input: ParseStream<'_>| {
                while !input.is_empty() {
                    let known = diags.len();
                    said.option(input, &mut seen, diags)?;
                    if !input.is_empty() && !input.peek(Token![,]) && diags.len() > known {
                        // It belongs to what has been said to be wrong.
                        input.parse::<TokenStream>()?;
                    } else if !input.is_empty() {
                        input.parse::<Token![,]>()?;
                    }
                }
                Ok(())
            };
            diags.ok(attr.parse_args_with(read));
        }
        if let (Some(key), Some(_)) = (&said.opaque, &said.detail) {
            diags.at(key, "`opaque` tells the client nothing, and `detail` something\nhelp: remove one of the two");
        }
        said
    }

    fn option(&mut self, input: ParseStream<'_>, seen: &mut Vec<String>, diags: &Diagnostics) -> syn::Result<()> {
        let number = || input.error("`api` takes no value by itself\nhelp: write what it is: `status = 404`");
        let key = input.call(<Ident as syn::ext::IdentExt>::parse_any).map_err(|_| number())?;
        let equals: Option<Token![=]> = input.parse()?;
        let without_equals = if equals.is_none() { value_without_equals(&key, input)? } else { None };
        let value = match &without_equals {
            // What cannot be read is of no kind that is asked for.
            Some(value) => Some(syn::parse2(value.clone()).unwrap_or_else(|_| Expr::Verbatim(key.to_token_stream()))),
            None => equals.map(|_| input.parse()).transpose()?,
        };
        let name = key.to_string();
        if !OPTIONS.contains(&name.as_str()) {
            let help = near_miss(&name, OPTIONS).map_or_else(
                || "it takes `status`, `title`, `type`, `detail`, `opaque`, `challenge` and `transparent`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            diags.at(&key, format!("`api` has no option `{name}`\nhelp: {help}"));
            return Ok(());
        }
        if seen.contains(&name) {
            diags.at(&key, format!("`{name}` is given twice\nhelp: remove one of the two"));
            return Ok(());
        }
        seen.push(name.clone());
        let known = diags.len();
        let written = key.clone();
        match (name.as_str(), value) {
            ("status", value) => self.status = status(&key, value.as_ref(), diags),
            ("detail", None) => self.detail = Some(None),
            ("detail", Some(value)) => self.detail = Some(text(&key, Some(&value), diags)),
            ("title", value) => self.title = text(&key, value.as_ref(), diags),
            ("type", value) => self.type_uri = text(&key, value.as_ref(), diags),
            ("challenge", value) => self.challenge = text(&key, value.as_ref(), diags),
            (_, Some(value)) => diags.at(value, format!("`{name}` takes no value\nhelp: write `{name}`")),
            ("opaque", None) => self.opaque = Some(key),
            (_, None) => self.transparent = Some(key),
        }
        if let Some(value) = without_equals.filter(|_| diags.len() == known) {
            diags.at(&written, behind_equals(&written, &written, &value));
        }
        Ok(())
    }
}

fn status(key: &Ident, value: Option<&Expr>, diags: &Diagnostics) -> Option<u16> {
    let literal: Option<&LitInt> = match value {
        Some(Expr::Lit(ExprLit { lit: Lit::Int(literal), .. })) => Some(literal),
        _ => None,
    };
    let status = literal.and_then(|literal| literal.base10_parse::<u16>().ok());
    if let Some(status @ 400..600) = status {
        return Some(status);
    }
    let at = value.map_or_else(|| key.to_token_stream(), ToTokens::to_token_stream);
    diags.at(at, "the status of an error is a number from 400 to 599\nhelp: write one: `status = 404`");
    None
}

fn text(key: &Ident, value: Option<&Expr>, diags: &Diagnostics) -> Option<LitStr> {
    if let Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) = value {
        return Some(text.clone());
    }
    let at = value.map_or_else(|| key.to_token_stream(), ToTokens::to_token_stream);
    diags.at(at, format!("`{key}` takes a string\nhelp: write one: `{key} = \"..\"`"));
    None
}
