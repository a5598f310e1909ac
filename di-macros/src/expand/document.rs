//! `openapi("/openapi.json")` and `docs("/docs")` in a table: routes of the framework's own.

use di_core::route::Pattern;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{
    LitStr, Path, Token, parenthesized,
    parse::{Parse, ParseStream},
};

use super::{call_at, handler::parse, params, segments::segments};
use crate::diag::Diagnostics;

/// The document, or the page that shows it.
pub(super) struct Document {
    keyword: Ident,
    path: LitStr,
    /// The function that changes the document.
    pub(super) describe: Option<Path>,
    /// What to point at.
    pub(super) tokens: TokenStream,
}

/// Whether one comes next.
pub(super) fn is_next(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    fork.parse::<Ident>().is_ok_and(|ident| ident == "openapi" || ident == "docs") && fork.peek(syn::token::Paren)
}

impl Parse for Document {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let keyword: Ident = input.parse()?;
        let content;
        let paren = parenthesized!(content in input);
        let help = format!("help: write `{keyword}(\"/{}\")`", if keyword == "docs" { "docs" } else { "openapi.json" });
        let path = content
            .parse()
            .map_err(|error| syn::Error::new(error.span(), format!("`{keyword}` needs a path\n{help}")))?;
        let mut describe = None;
        if content.parse::<Option<Token![,]>>()?.is_some() && !content.is_empty() {
            describe = Some(content.call(Path::parse_mod_style).map_err(|error| {
                let help = "help: name a function, `fn describe(document: OpenApi) -> OpenApi`";
                syn::Error::new(error.span(), format!("this is no function that describes the document\n{help}"))
            })?);
            content.parse::<Option<Token![,]>>()?;
        }
        if !content.is_empty() {
            return Err(content.error(format!("`{keyword}` takes a path and a function\n{help}")));
        }
        let mut close = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, TokenStream::new());
        close.set_span(paren.span.join());
        let tokens = quote!(#keyword #close);
        Ok(Self { keyword, path, describe, tokens })
    }
}

impl Document {
    /// Refuses what no table can have; says whether it did.
    pub(super) fn refused(&self, in_fragment: bool, diags: &Diagnostics) -> bool {
        let keyword = &self.keyword;
        let page = keyword == "docs";
        if in_fragment {
            let help = "help: list it in `table!`";
            diags.at(keyword, format!("`{keyword}` is of the whole table, and this is a part of one\n{help}"));
        } else if !(if page { cfg!(feature = "docs") } else { params::DOCUMENTED }) {
            let help = format!("help: enable it in `Cargo.toml`: `features = [\"{keyword}\"]`");
            diags.at(keyword, format!("`{keyword}` needs the feature `{keyword}` of `di-server`\n{help}"));
        } else {
            return false;
        }
        true
    }

    /// The item of the table.
    pub(super) fn item(&self, diags: &Diagnostics) -> TokenStream {
        let nothing = quote!(__di::Item::Include(&[]));
        let Some(pattern) = parse(&self.path, Pattern::parse, diags) else { return nothing };
        let path = self.path.value();
        if self.keyword != "docs" {
            let json = quote!(__DI_DOCUMENT.json(&__di_data()));
            return self.route(&path, &pattern, &json);
        }
        let below = LitStr::new(&format!("{}/{{asset}}", path.trim_end_matches('/')), self.path.span());
        let Some(assets) = parse(&below, Pattern::parse, diags) else { return nothing };
        let page = quote!(__DI_DOCUMENT.page(&__di_data(), __args.page().0));
        let asset = quote!(__DI_DOCUMENT.asset(&__di_data(), __args.page()));
        let (page, asset) = (self.route(&path, &pattern, &page), self.route(&below.value(), &assets, &asset));
        quote! {
            __di::Item::Include({
                static __DI_PAGES: [__di::Item; 2] = [#page, #asset];
                &__DI_PAGES
            })
        }
    }

    fn route(&self, path: &str, pattern: &Pattern, answer: &TokenStream) -> TokenStream {
        let (keyword, segments) = (&self.keyword, segments(pattern));
        let name = keyword.to_string();
        let meta = call_at(keyword, quote!(__di::RouteMeta::here), quote!("GET", #path, &[#segments], #name));
        quote! {
            __di::Item::Route({
                static __DI_DECLARED: __di::Declaration = __di::Declaration::page(#meta);
                static __DI_ROUTE: __di::RouteRecord =
                    __di::RouteRecord::new(&__DI_DECLARED, __di::HandlerCall::Inline(|__args| #answer));
                __di::RouteRef::new(&__DI_ROUTE)
            })
        }
    }
}

/// What all of them share: the table's document. `all` are those of the table.
pub(super) fn shared(all: &[&Document], diags: &Diagnostics) -> Option<TokenStream> {
    let described: Vec<&Path> = all.iter().filter_map(|document| document.describe.as_ref()).collect();
    if let [_, second, ..] = &described[..] {
        diags.at(second, "a table has one document, and this is its second function\nhelp: remove one of the two");
    }
    let (constant, describe) = match described.first() {
        // A constant of its own: what is no such function is then reported in few words.
        Some(path) => {
            (quote!(const __DI_DESCRIBE: __di::openapi::Describe = #path;), quote!(__di::Some(__DI_DESCRIBE)))
        }
        None => (TokenStream::new(), quote!(__di::None)),
    };
    let package = params::package();
    (!all.is_empty()).then(|| {
        quote! {
            // A function of its own: the draft's type depends on the routes, so none of them may name it.
            fn __di_data() -> __di::TableData {
                __di::TableData::new(&__DI_DRAFT)
            }
            #constant
            static __DI_DOCUMENT: __di::openapi::Served = __di::openapi::Served::new(#package, #describe);
        }
    })
}

/// What the table keeps for its document.
pub(super) fn docs(all: &[&Document]) -> TokenStream {
    if !params::DOCUMENTED {
        return quote!(__di::TableDocs::NONE);
    }
    let package = params::package();
    let described = all.iter().any(|document| document.describe.is_some());
    let described = described.then(|| quote!(.described(|__document| __DI_DOCUMENT.describe(__document))));
    quote!(__di::TableDocs::of_package(#package)#described)
}
