//! `#[get("/path")]` and its like.

use di_core::route::Pattern;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{ItemFn, LitStr, Type, Visibility};

use super::{at_attribute, check, container, covering, local, outputs, params, place, prelude, segments::segments};
use crate::{
    blocking,
    diag::Diagnostics,
    model::{Kind, Returned, Signature},
    parse::Options,
    pretty::pretty,
};

const OPTIONS: &[&str] = &["container", "as", "inline", "sequential", "detached", "allow_blocking"];
const ROUTE_OPTIONS: &[&str] = &["method", "container", "as", "inline", "sequential", "detached", "allow_blocking"];

/// What a handler's attribute says.
struct Spec {
    method: String,
    path: String,
    pattern: Pattern,
    container: Type,
    rename: Option<Ident>,
    kind: Kind,
    sequential: bool,
    detached: bool,
}

/// Expands the attribute of `method`, or `#[route]`.
#[allow(clippy::needless_pass_by_value, reason = "a macro is given its tokens")]
pub(crate) fn handler(method: Option<&str>, args: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let name = method.map_or_else(|| "route".to_owned(), str::to_lowercase);
    let known = if method.is_some() { OPTIONS } else { ROUTE_OPTIONS };
    let options = Options::parse(&name, args, known, &diags);
    let signature = Signature::read("handler", &item, &diags);
    let spec = spec(&name, method, &options, signature.as_ref(), at_attribute(&item), &diags);
    let beside = match (&signature, spec) {
        (Some(signature), Some(spec)) if diags.is_empty() => expand(signature, &spec),
        _ => fallback(&item, &options),
    };
    (quote!(#item #beside), diags.finish())
}

fn spec(
    attribute: &str,
    method: Option<&str>,
    options: &Options,
    signature: Option<&Signature>,
    at: Span,
    diags: &Diagnostics,
) -> Option<Spec> {
    let rename = options.ident("as", diags);
    let container = container(options.ty("container", diags));
    let flags = ["inline", "sequential", "detached", "allow_blocking"].map(|key| options.flag(key, diags));
    let [inline, sequential, detached, allow_blocking] = flags;
    let method = match method {
        Some(method) => Some(method.to_owned()),
        None => self::method(options, at, diags),
    };
    let path = path(attribute, options, at, diags);
    let signature = signature?;
    if inline && signature.is_async {
        let key = options.key("inline").map_or_else(|| quote!(), ToTokens::to_token_stream);
        diags.at(key, "an `async fn` is polled in place already\nhelp: remove `inline`");
    }
    if signature.is_async && !allow_blocking {
        blocking::check(&signature.item.sig.ident, &signature.body, diags);
    }
    let kind = match (signature.is_async, inline) {
        (true, _) => Kind::Async,
        (false, true) => Kind::Inline,
        (false, false) => Kind::Blocking,
    };
    let (path, pattern) = path?;
    Some(Spec { method: method?, path, pattern, container, rename, kind, sequential, detached })
}

/// The method of `#[route]`.
fn method(options: &Options, at: Span, diags: &Diagnostics) -> Option<String> {
    if options.key("method").is_none() {
        if !options.unread() {
            diags.push(syn::Error::new(
                at,
                "`route` needs a method\nhelp: write `#[route(method = \"PURGE\", \"/path\")]`",
            ));
        }
        return None;
    }
    let literal = options.literal("method", diags)?;
    let method = literal.value();
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if method.is_empty() || !method.chars().all(token) {
        diags.at(&literal, format!("`{method}` is no HTTP method\nhelp: a method is a word such as `PURGE`"));
        return None;
    }
    if method.chars().any(|c| c.is_ascii_lowercase()) {
        let upper = method.to_uppercase();
        diags.at(&literal, format!("methods are case-sensitive, and `{method}` has lower case\nhelp: write `{upper}`"));
        return None;
    }
    Some(method)
}

/// The path of the attribute, parsed.
fn path(attribute: &str, options: &Options, at: Span, diags: &Diagnostics) -> Option<(String, Pattern)> {
    let Some(literal) = options.text(diags) else {
        if !options.unread() {
            let method = if attribute == "route" { "method = \"PURGE\", " } else { "" };
            diags.push(syn::Error::new(
                at,
                format!("`{attribute}` needs a path\nhelp: write `#[{attribute}({method}\"/path\")]`"),
            ));
        }
        return None;
    };
    let pattern = parse(literal, Pattern::parse, diags)?;
    Some((literal.value(), pattern))
}

/// Parses a template, with its errors at the literal.
pub(super) fn parse<E: std::fmt::Display>(
    literal: &LitStr,
    parse: impl Fn(&str) -> Result<Pattern, E>,
    diags: &Diagnostics,
) -> Option<Pattern> {
    match parse(&literal.value()) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            diags.at(literal, error);
            None
        }
    }
}

/// The type beside the function.
fn marker(item: &ItemFn, rename: Option<&Ident>) -> (TokenStream, Ident) {
    let name = rename.cloned().unwrap_or_else(|| item.sig.ident.clone());
    let vis: &Visibility = &item.vis;
    let marker = quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_docs, missing_debug_implementations)]
        #vis struct #name {}
    };
    (marker, name)
}

fn expand(signature: &Signature, spec: &Spec) -> TokenStream {
    let item = &signature.item;
    let (marker, name) = marker(item, spec.rename.as_ref());
    let (prelude, container) = (prelude(), &spec.container);
    let text = crate::model::ident_name_raw(&item.sig.ident);
    let records = params::records(&signature.params, container);
    let count = signature.params.len();
    let place = place(item.sig.ident.span());
    let (glue, call) = call(signature, spec, &name, &text);
    let (fun, list) = (quote!(&__DI_ROUTE.function()), quote!(&__DI_PARAMS));
    let (checked, error) = error(signature, &text);
    let more = error.unwrap_or_default();
    let assertions = params::assertions(&text, &signature.params, container, &quote!(handler), &fun, &list, &more);
    let (needs, needed) = params::needs(&signature.params, &quote!(&__di::Function::ITSELF), &list);
    let Spec { method, path, sequential, detached, .. } = spec;
    let segments = segments(&spec.pattern);
    let outputs = outputs(checked);
    quote! {
        #marker
        const _: () = {
            #prelude
            #outputs
            #glue
            static __DI_PARAMS: [__di::Param; #count] = [#records];
            static __DI_ROUTE: __di::RouteRecord = __di::RouteRecord {
                meta: __di::RouteMeta {
                    method: #method,
                    path: #path,
                    segments: &[#segments],
                    name: #text,
                    place: #place,
                    needs: #needed,
                },
                params: &__DI_PARAMS,
                call: #call,
                sequential: #sequential,
                detached: #detached,
            };
            #needs
            impl __di::Handler for #name {
                type Container = #container;
                const ROUTE: __di::RouteRef = __di::RouteRef::new(&__DI_ROUTE);
            }
            #assertions
        };
    }
}

/// That the error of a `Result` is a response or an error, where its type can be named; and whether it can.
fn error(signature: &Signature, name: &str) -> (bool, Option<TokenStream>) {
    let Some(Returned { error, result, .. }) = signature.failure() else { return (false, None) };
    let (ty, at, text) = match (&error, &result) {
        (Some(error), _) => (quote!(#error), quote!(#error), pretty(error)),
        (None, result) => {
            (quote!(<#result as __di::IsResult>::Error), quote!(#result), format!("{}::Err", pretty(result)))
        }
    };
    let answers = quote!(__di::ResponseProbe::<#ty>::RESPOND.is_some() || __di::ErrorProbe::<#ty>::REPORT.is_some());
    let checked = check(&at, quote!(__di::check::handler_error(#text, #name, #answers)));
    (true, Some(checked))
}

/// The thin function that calls the handler; and an expression for how it is called.
fn call(signature: &Signature, spec: &Spec, name: &Ident, text: &str) -> (TokenStream, TokenStream) {
    let function = &signature.item.sig.ident;
    let arguments = params::arguments(&signature.params, signature.item.sig.asyncness.is_some());
    let at = signature.output().map_or_else(|| function.to_token_stream(), ToTokens::to_token_stream);
    let out = local(&at, "__out");
    let returned = covering(&at, quote!((&&&__di::Returned::new(#out)).by(#text)));
    let respond = covering(&at, quote!(__di::IntoResponse::into_response));
    let respond = quote!(#respond(#returned));
    match spec.kind {
        Kind::Async => {
            let future = quote_spanned!(function.span()=> __di::map(#function(#(#arguments),*), |#out| #respond));
            let glue = quote! {
                impl __di::AsyncHandler for #name {
                    #[inline]
                    fn call<'r>(
                        __args: __di::Args<'r>,
                    ) -> impl ::core::future::Future<Output = __di::Response> + ::core::marker::Send {
                        #future
                    }
                }
            };
            (glue, quote!(__di::HandlerCall::Async(__di::FutureCall::<__di::Response>::handler::<#name>())))
        }
        Kind::Inline | Kind::Blocking => {
            let kind = if spec.kind == Kind::Inline { format_ident!("Inline") } else { format_ident!("Blocking") };
            let glue = quote! {
                impl __di::SyncHandler for #name {
                    fn call(__args: __di::Args<'_>) -> __di::Response {
                        let #out = #function(#(#arguments),*);
                        #respond
                    }
                }
            };
            (glue, quote!(__di::HandlerCall::#kind(<#name as __di::SyncHandler>::call)))
        }
    }
}

/// A handler in name only, so that a table that lists it has nothing more to complain about.
fn fallback(item: &TokenStream, options: &Options) -> TokenStream {
    // What is wrong with these options is on record already.
    let quiet = Diagnostics::new();
    let (rename, container) = (options.ident("as", &quiet), container(options.ty("container", &quiet)));
    quiet.finish();
    // In an `impl` block there is no room for it.
    let item = syn::parse2::<ItemFn>(item.clone()).ok().filter(|item| item.sig.receiver().is_none());
    let Some(item) = item else { return TokenStream::new() };
    let (marker, name) = marker(&item, rename.as_ref());
    quote! {
        #marker
        const _: () = {
            impl ::di_server::__private::Handler for #name {
                type Container = #container;
                const ROUTE: ::di_server::__private::RouteRef = ::di_server::__private::check::REFUSED;
            }
        };
    }
}
