//! `#[get("/path")]` and its like.

use di_core::{
    graph::is_token,
    route::{ParsedSegment, Pattern},
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Expr, Generics, LitStr, Type};

use super::{
    Part, allowing_deprecated, at_attribute, call_at, check, container, covering, faults, future_of, local, marker,
    of_one, outputs, params, prelude_of_handler,
    segments::segments,
    uri::{uri, uri_of_refused},
};
use crate::{
    blocking,
    diag::Diagnostics,
    model::{
        Kind, Param, Returned, Signature, Use, Wrap, alone, emitted, ident_name_raw, is_deprecated, readable, text,
        without_defaults,
    },
    parse::Options,
    pretty::pretty,
};

/// The options of `#[route]`; the other attributes name the method themselves.
const ROUTE_OPTIONS: &[&str] = &[
    "method",
    "container",
    "as",
    "inline",
    "sequential",
    "detached",
    "allow_blocking",
    "body_limit",
    "scopes",
    "operation_id",
    "tags",
    "deprecated",
    "hidden",
];

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
    /// The security scopes that it requires: parameters that the function does not take.
    scopes: Vec<Param>,
    scope_checks: TokenStream,
    body_limit: Option<Expr>,
    docs: Option<TokenStream>,
}

/// Expands the attribute of `method`, or `#[route]`.
#[allow(clippy::needless_pass_by_value, reason = "a macro is given its tokens")]
pub(crate) fn handler(method: Option<&str>, args: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let name = match method {
        None => "route".to_owned(),
        Some("*") => "any".to_owned(),
        Some("") => "fallback".to_owned(),
        Some(method) => method.to_lowercase(),
    };
    let known = if method.is_some() { &ROUTE_OPTIONS[1..] } else { ROUTE_OPTIONS };
    let options = Options::parse(&name, args, known, &diags);
    let item = alone(without_defaults(item), &diags);
    let signature = Signature::read("handler", &item, &diags);
    let spec = spec(&name, method, &options, signature.as_ref(), at_attribute(&item), &diags);
    let beside = match (&signature, spec) {
        (Some(signature), Some(spec)) if diags.is_empty() => expand(signature, &spec),
        _ => fallback(&item, &options),
    };
    let item = emitted(&item, &diags);
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
    let container = of_one("handler", container(options.ty("container", diags)), diags);
    let flags = ["inline", "sequential", "detached", "allow_blocking"].map(|key| options.flag(key, diags));
    let [inline, sequential, detached, allow_blocking] = flags;
    let kind = " that implement `SecurityScope`";
    let scopes = options.types("scopes", kind, "[NotesWrite]", diags);
    let (scopes, scope_checks) = (scopes.iter().map(scoped).collect(), scope_checks(&scopes));
    let method = match method {
        Some(method) => Some(method.to_owned()),
        None => self::method(options, at, diags),
    };
    // A document describes operations, each of one method.
    let documented = !matches!(method.as_deref(), Some("" | "*"));
    let docs = docs(options, signature.map_or(&[], |signature| &signature.item.attrs), documented, diags);
    let body_limit = options.number("body_limit", "bytes", "body_limit = 10 * 1024 * 1024", diags);
    let path = match method.as_deref() {
        Some("") => below(options, diags),
        None if options.first_of_two().is_some() => None,
        _ => path(attribute, options, at, diags),
    };
    let signature = signature?;
    if let Some(key) = options.alone("inline").filter(|_| signature.is_async) {
        diags.at(key, "an `async fn` is polled in place already\nhelp: remove `inline`");
    }
    if (signature.is_async || inline) && !allow_blocking {
        blocking::check(signature, diags);
    }
    if !signature.refuse_response_trait(diags) {
        signature.refuse_unsized("String", diags);
    }
    signature.refuse_borrowed_body(diags);
    signature.refuse_container(&container, diags);
    let kind = match (signature.is_async, inline) {
        (true, _) => Kind::Async,
        (false, true) => Kind::Inline,
        (false, false) => Kind::Blocking,
    };
    let (path, pattern) = path?;
    signature.refuse_body_in(&pattern, diags);
    if matches!(method.as_deref(), Some("GET" | "HEAD")) {
        signature.refuse_body_of_none(&pattern, diags);
    }
    Some(Spec {
        method: method?,
        path,
        pattern,
        container,
        rename,
        kind,
        sequential,
        detached,
        body_limit,
        scopes,
        scope_checks,
        docs,
    })
}

/// The table of parameters. That a security scope is one is asked apart, in words of its own.
pub(super) fn records(signature: &Signature, scopes: &[Param], container: &Type) -> TokenStream {
    let own = signature.params.iter().map(|param| params::record(param, container, params::Asks::Yes));
    let scopes = scopes.iter().map(|param| params::record(param, container, params::Asks::No));
    let records = own.chain(scopes);
    quote!(&[#(#records),*])
}

/// That the types of a list are security scopes.
pub(super) fn scope_checks(scopes: &[Type]) -> TokenStream {
    let checks = scopes.iter().map(|scope| {
        let is_scope = covering(scope, quote!(__di::SecurityScope));
        quote!(let _ = <#scope as #is_scope>::NAME;)
    });
    quote!(#(#checks)*)
}

/// What stands for a security scope among the parameters.
pub(super) fn scoped(scope: &Type) -> Param {
    let ty = Type::Verbatim(covering(scope, quote!(__di::Scoped<#scope>)));
    Param { name: String::new(), ty, named: None, usage: Use::Run, wrap: Wrap::Plain, error: None, text: None }
}

/// What documentation says of the handler, if that is anything.
pub(super) fn docs(
    options: &Options,
    attrs: &[Attribute],
    documented: bool,
    diags: &Diagnostics,
) -> Option<TokenStream> {
    let (id, tags) = (options.text_of("operation_id", "\"listUsers\"", diags), options.texts("tags", diags));
    if let Some(empty) = id.as_ref().filter(|id| id.value().is_empty()) {
        diags.at(empty, "an operation needs a name\nhelp: remove `operation_id`, and it has the handler's");
    }
    let [deprecated, hidden] = ["deprecated", "hidden"].map(|key| options.flag(key, diags));
    let deprecated = deprecated || is_deprecated(attrs);
    let hidden = hidden || !documented;
    let text = text(attrs);
    if !params::DOCUMENTED || (text.is_none() && id.is_none() && tags.is_empty() && !deprecated && !hidden) {
        return None;
    }
    let (text, id) = (text.unwrap_or_else(|| quote!("")), id.unwrap_or_else(|| LitStr::new("", Span::call_site())));
    Some(quote! {
        __di::Docs { text: #text, id: #id, tags: &[#(#tags),*], deprecated: #deprecated, hidden: #hidden }
    })
}

/// The method of `#[route]`.
fn method(options: &Options, at: Span, diags: &Diagnostics) -> Option<String> {
    if options.key("method").is_none() {
        if let Some(method) = options.first_of_two() {
            let text = method.to_token_stream();
            diags.at(method, format!("a string by itself is the path\nhelp: write `method = {text}`"));
        } else if !options.unread() {
            diags.push(syn::Error::new(
                at,
                "`route` needs a method\nhelp: write `#[route(method = \"PURGE\", \"/path\")]`",
            ));
        }
        return None;
    }
    let literal = options.text_of("method", "\"PURGE\"", diags)?;
    let method = literal.value();
    if !is_token(&method) {
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
pub(super) fn path(attribute: &str, options: &Options, at: Span, diags: &Diagnostics) -> Option<(String, Pattern)> {
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

/// The path that a fallback is below, if it names one.
fn below(options: &Options, diags: &Diagnostics) -> Option<(String, Pattern)> {
    if options.unread() {
        return None;
    }
    match options.text(diags) {
        None => Some((String::new(), Pattern { segments: Vec::new() })),
        Some(literal) => {
            let pattern = parse(literal, Pattern::parse, diags)?;
            if let Some(ParsedSegment::Wildcard(name)) = pattern.segments.last() {
                let (path, wildcard) = (literal.value(), format!("/{{*{name}}}"));
                let below = path.strip_suffix(&wildcard).unwrap_or_default();
                let help =
                    if below.is_empty() { "#[fallback]".to_owned() } else { format!("#[fallback(\"{below}\")]") };
                diags.at(literal, format!("a fallback is for all that is below its path\nhelp: write `{help}`"));
                return None;
            }
            Some((literal.value(), parse(literal, Pattern::parse_prefix, diags)?))
        }
    }
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

fn expand(signature: &Signature, spec: &Spec) -> TokenStream {
    let ident = &signature.item.sig.ident;
    let name = spec.rename.as_ref().unwrap_or(ident);
    let marker = marker(&signature.item.vis, name);
    let (prelude, container) = (prelude_of_handler(), &spec.container);
    let text = ident_name_raw(ident);
    let Spec { method, path, .. } = spec;
    let segments = segments(&spec.pattern);
    // Behind the function's own, which are numbered.
    let params: Vec<Param> = signature.params.iter().chain(&spec.scopes).cloned().collect();
    let records = records(signature, &spec.scopes, &spec.container);
    let output = Output::of(signature, &text);
    let (glue, how) = (glue(signature, spec, &output, &text), &output.how);
    let declaration = Declaration {
        at: ident,
        route: (method, path, segments),
        params: records,
        answer: output.answer,
        sequential: spec.sequential,
        detached: spec.detached,
        body_limit: spec.body_limit.as_ref(),
        docs: spec.docs.as_ref(),
    };
    let used = allowing_deprecated(&signature.item.attrs);
    let call = handler_call(spec.kind, &quote!(Self, __di::#how, #container));
    let (declared, handler) = handler_of(&quote!(#name), container, &declaration, &call);
    let checks = params::checks(&text, &params, container, &quote!(__DI_DECLARED.params));
    let faults = faults(quote!(__di::check::handler(&__DI_DECLARED)), params::parts(&params).chain(output.parts));
    let (output_checks, scope_checks) = (&output.checks, &spec.scope_checks);
    // What is below a fallback has no template.
    let uri = (!method.is_empty()).then(|| uri(&signature.item.vis, name, &spec.pattern, &signature.params));
    quote! {
        #marker
        #used
        const _: () = {
            #prelude
            #glue
            #declared
            #handler
            #uri
            #faults
            #checks
            #output_checks
            #scope_checks
        };
    }
}

/// What a handler's attribute declares of its route.
pub(super) struct Declaration<'a> {
    /// The function.
    pub(super) at: &'a Ident,
    /// Its method, path and segments.
    pub(super) route: (&'a str, &'a str, TokenStream),
    pub(super) params: TokenStream,
    pub(super) answer: TokenStream,
    pub(super) sequential: bool,
    pub(super) detached: bool,
    pub(super) body_limit: Option<&'a Expr>,
    pub(super) docs: Option<&'a TokenStream>,
}

impl ToTokens for Declaration<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { params, answer, .. } = self;
        let ((method, path, segments), name) = (&self.route, ident_name_raw(self.at));
        let arguments = quote!(#method, #path, &[#segments], #name, #params, #answer);
        let declaration = call_at(self.at, quote!(__di::Declaration::here), arguments);
        let sequential = self.sequential.then(|| quote!(sequential: true,));
        let detached = self.detached.then(|| quote!(detached: true,));
        // By a variable, so that what is of another type is told of by itself.
        let body_limit = self
            .body_limit
            .map(|limit| quote!(body_limit: { let __bytes: ::core::primitive::usize = #limit; __di::Some(__bytes) },));
        let docs = self.docs.map(|docs| quote!(docs: #docs,));
        let options = quote!(#sequential #detached #body_limit #docs);
        tokens.extend(if options.is_empty() {
            declaration
        } else {
            quote!(__di::Declaration { #options ..#declaration })
        });
    }
}

/// What is declared of the handler, which checks look at, and the implementation that adds what calls the function.
pub(super) fn handler_of(
    name: &TokenStream,
    container: &Type,
    declaration: &Declaration<'_>,
    call: &TokenStream,
) -> (TokenStream, TokenStream) {
    let declared = quote!(static __DI_DECLARED: __di::Declaration = #declaration;);
    let handler = quote! {
        impl __di::Handler<#container> for #name {
            const RECORD: __di::RouteRecord = __di::RouteRecord::new(&__DI_DECLARED, #call);
        }
    };
    (declared, handler)
}

/// How a handler of this kind is called; `generics` are its type, how it answers and its container.
pub(super) fn handler_call(kind: Kind, generics: &TokenStream) -> TokenStream {
    match kind {
        Kind::Async => quote!(__di::HandlerCall::asynchronous::<#generics, _, _>(__di_call)),
        Kind::Inline => quote!(__di::HandlerCall::Inline(__di::plain_call::<#generics, _, _>(__di_call))),
        Kind::Blocking => quote!(__di::HandlerCall::Blocking(__di::plain_call::<#generics, _, _>(__di_call))),
    }
}

/// What a handler returns, and how that becomes a response.
struct Output {
    /// Its type, where that can be named outside of the function.
    ty: Option<TokenStream>,
    /// Which of the ways to answer fits it.
    how: TokenStream,
    /// What probes find out about it.
    answer: TokenStream,
    /// Where its faults are reported.
    parts: Vec<Part>,
    /// What is asked beside.
    checks: Option<TokenStream>,
}

impl Output {
    fn of(signature: &Signature, name: &str) -> Self {
        let Some(ty) = signature.output() else {
            return Self::whole(&quote!(()), "()", &signature.item.sig.ident.to_token_stream());
        };
        if !signature.names_output() {
            return Self::unnamed(signature, name);
        }
        match signature.failure() {
            Some(returned) if returned.result.is_some() => Self::result(&returned),
            _ => Self::whole(&quote!(#ty), &pretty(ty), &quote!(#ty)),
        }
    }

    fn whole(ty: &TokenStream, text: &str, at: &TokenStream) -> Self {
        let schema = params::schema(ty).unwrap_or_else(|| quote!(__di::Schema::Any));
        Self {
            ty: Some(ty.clone()),
            how: quote!(Whole<fn() -> #ty>),
            answer: quote! {
                __di::Answer::whole(
                    #text, __di::ResponseProbe::<#ty>::RESPOND, __di::ReportProbe::<#ty>::RESPOND, #schema
                )
            },
            parts: vec![Part::new(at, "at_value")],
            checks: None,
        }
    }

    fn result(returned: &Returned) -> Self {
        let (value, result) = (&returned.value, &returned.result);
        let value_text = pretty(value);
        let (value, error, at, error_text) = match &returned.error {
            Some(error) => (quote!(#value), quote!(#error), quote!(#error), pretty(error)),
            None => (
                quote!(<#result as __di::IsResult>::Value),
                quote!(<#result as __di::IsResult>::Error),
                quote!(#result),
                format!("{}::Err", result.as_ref().map_or_else(String::new, pretty)),
            ),
        };
        // Not by an alias of the user's, whose parameters need not be what they seem: the probes are asked about these.
        let ty = match &returned.error {
            Some(_) => quote!(::core::result::Result<#value, #error>),
            None => quote!(#result),
        };
        let schema = params::schema(&value).unwrap_or_else(|| quote!(__di::Schema::Any));
        let error_schema = params::schema_of_error(&error).map(|schema| quote!(.error_schema(#schema)));
        Self {
            ty: Some(ty),
            how: quote!(Fallible<fn() -> #value, fn() -> #error>),
            answer: quote! {
                __di::Answer::result(
                    #value_text, __di::ResponseProbe::<#value>::RESPOND, #schema,
                    #error_text, __di::ResponseProbe::<#error>::RESPOND, __di::ErrorProbe::<#error>::REPORT
                )#error_schema
            },
            parts: vec![Part::new(&returned.value, "at_value"), Part::new(&at, "at_error")],
            checks: None,
        }
    }

    /// An `impl Trait`, or something that borrows: it is made a response within the call.
    fn unnamed(signature: &Signature, name: &str) -> Self {
        let error = signature.failure().and_then(|returned| returned.error).map(|error| {
            let text = pretty(&error);
            let answers = quote!(__di::ResponseProbe::<#error>::RESPOND, __di::ErrorProbe::<#error>::REPORT);
            check(&error, quote!(__di::check::answers(#text, "handler", #name, #answers)))
        });
        let (how, answer) = (quote!(Whole<fn() -> __di::Response>), quote!(__di::Answer::DONE));
        Self { ty: None, how, answer, parts: Vec::new(), checks: error }
    }
}

/// The thin function that calls the handler.
fn glue(signature: &Signature, spec: &Spec, output: &Output, name: &str) -> TokenStream {
    if let Some(ty) = &output.ty {
        return plain_glue(signature, spec.kind, ty);
    }
    let ident = &signature.item.sig.ident;
    let at = signature.output().map_or_else(|| ident.to_token_stream(), ToTokens::to_token_stream);
    let out = local(&at, "__out");
    let returned = covering(&at, quote!((&&&__di::Returned::new(#out)).by(#name)));
    let respond = covering(&at, quote!(__di::IntoResponse::into_response));
    let called = call(signature);
    let called = match spec.kind {
        Kind::Async => quote_spanned!(ident.span()=> __di::map(#called, |#out| #respond(#returned))),
        Kind::Inline | Kind::Blocking => quote!(let #out = #called; #respond(#returned)),
    };
    let outputs = outputs(output.checks.is_some());
    let glue = implementation(spec.kind, &quote!(__di::Response), &called, ident.span());
    quote!(#outputs #glue)
}

/// The thin function that calls a function and hands on its output, of type `ty`.
pub(super) fn plain_glue(signature: &Signature, kind: Kind, ty: &TokenStream) -> TokenStream {
    implementation(kind, ty, &call(signature), signature.item.sig.ident.span())
}

fn call(signature: &Signature) -> TokenStream {
    let function = &signature.item.sig.ident;
    let arguments = params::arguments(&signature.params, 0);
    let called = quote_spanned!(function.span()=> #function(#(#arguments),*));
    if signature.is_async { params::used(&signature.params, &Generics::default(), called) } else { called }
}

fn implementation(kind: Kind, ty: &TokenStream, called: &TokenStream, at: Span) -> TokenStream {
    if kind == Kind::Async {
        // What it borrows is said for crates of an edition in which that is not understood.
        let (returned, borrows) = (future_of(ty, at), quote_spanned!(at=> + use<'r>));
        return quote! {
            #[inline]
            #[allow(clippy::type_complexity)]
            fn __di_call<'r>(__args: __di::Args<'r>) -> #returned #borrows {
                #called
            }
        };
    }
    quote! {
        #[allow(clippy::type_complexity)]
        fn __di_call(__args: __di::Args<'_>) -> #ty {
            #called
        }
    }
}

/// A handler in name only, so that a table that lists it has nothing more to complain about.
pub(super) fn fallback(item: &TokenStream, options: &Options) -> TokenStream {
    // What is wrong with these options is on record already.
    let quiet = Diagnostics::new();
    let (rename, container) = (options.ident("as", &quiet), container(options.ty("container", &quiet)));
    let container = of_one("handler", container, &quiet);
    let template = options.text(&quiet);
    quiet.finish();
    let Some(item) = readable(item) else { return TokenStream::new() };
    let name = rename.as_ref().unwrap_or(&item.sig.ident);
    let marker = marker(&item.vis, name);
    let uri = uri_of_refused(&item, name, template);
    quote! {
        #marker
        const _: () = {
            use ::di_server::__private as __di;
            impl __di::Handler<#container> for #name {
                const RECORD: __di::RouteRecord = __di::check::REFUSED;
            }
            #uri
        };
    }
}
