//! `#[websocket("/path")]`: a handler that has a session.

use di_core::{graph::is_token, route::Pattern};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{LitStr, Type};

use super::{
    Part, allowing_deprecated, at_attribute, check, container, faults,
    handler::{Declaration, docs, fallback, handler_of, path, plain_glue, records, scope_checks, scoped},
    marker, of_one, params, prelude,
    segments::segments,
};
use crate::{
    blocking,
    diag::Diagnostics,
    model::{Kind, Param, Returned, Signature, alone, emitted, ident_name_raw, without_defaults},
    parse::Options,
    pretty::pretty,
};

const OPTIONS: &[&str] = &[
    "protocols",
    "message_limit",
    "frame_limit",
    "ping",
    "container",
    "as",
    "sequential",
    "allow_blocking",
    "scopes",
    "operation_id",
    "tags",
    "deprecated",
    "hidden",
];

/// The options that are numbers, and what an example of each is.
const NUMBERS: [(&str, &str, &str); 3] = [
    ("message_limit", "bytes", "message_limit = 64 * 1024"),
    ("frame_limit", "bytes", "frame_limit = 16 * 1024"),
    ("ping", "seconds", "ping = 30"),
];

/// What the attribute says, with what the signature says of the output.
struct Spec<'a> {
    name: &'a Ident,
    path: String,
    pattern: Pattern,
    container: Type,
    sequential: bool,
    scopes: Vec<Param>,
    scope_checks: TokenStream,
    docs: Option<TokenStream>,
    /// The calls that set options.
    options: TokenStream,
    returned: Option<Returned>,
}

/// Expands `#[websocket]`.
#[allow(clippy::needless_pass_by_value, reason = "a macro is given its tokens")]
pub(crate) fn websocket(args: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    if !cfg!(any(feature = "websocket", test)) {
        return without_the_feature(args, &item);
    }
    let diags = Diagnostics::new();
    let options = Options::parse("websocket", args, OPTIONS, &diags);
    let item = alone(without_defaults(item), &diags);
    let signature = Signature::read("handler", &item, &diags);
    let rename = options.ident("as", &diags);
    let spec = spec(&options, signature.as_ref(), rename.as_ref(), at_attribute(&item), &diags);
    let beside = match (&signature, spec) {
        (Some(signature), Some(spec)) if diags.is_empty() => expand(signature, &spec),
        _ => fallback(&item, &options),
    };
    let item = emitted(&item, &diags);
    (quote!(#item #beside), diags.finish())
}

/// Only the type beside the function: the function itself takes a `WebSocket`, a type that there is not.
fn without_the_feature(args: TokenStream, item: &TokenStream) -> (TokenStream, Vec<syn::Error>) {
    // What is wrong with the options is said once they are of use.
    let quiet = Diagnostics::new();
    let beside = fallback(item, &Options::parse("websocket", args, OPTIONS, &quiet));
    quiet.finish();
    let missing = syn::Error::new(
        at_attribute(item),
        "`#[websocket]` needs the feature `websocket` of `di-server`, which is not enabled\n\
         help: add `features = [\"websocket\"]` to `di-server` in `Cargo.toml`",
    );
    (beside, vec![missing])
}

fn spec<'a>(
    options: &Options,
    signature: Option<&'a Signature>,
    rename: Option<&'a Ident>,
    at: proc_macro2::Span,
    diags: &Diagnostics,
) -> Option<Spec<'a>> {
    let container = of_one("handler", container(options.ty("container", diags)), diags);
    let [sequential, allow_blocking] = ["sequential", "allow_blocking"].map(|key| options.flag(key, diags));
    let scopes = options.types("scopes", " that implement `SecurityScope`", "[NotesWrite]", diags);
    let docs = docs(options, signature.map_or(&[], |signature| &signature.item.attrs), true, diags);
    let set = set(options, diags);
    let path = path("websocket", options, at, diags);
    let signature = signature?;
    if !signature.is_async {
        let name = &signature.item.sig.ident;
        diags.at(
            signature.item.sig.fn_token,
            format!(
                "a websocket's handler waits for messages, which a plain `fn` cannot do\nhelp: write `async fn {name}`"
            ),
        );
    } else if !allow_blocking {
        blocking::check(signature, diags);
    }
    let returned = returned(signature, diags);
    let (path, pattern) = path?;
    Some(Spec {
        name: rename.unwrap_or(&signature.item.sig.ident),
        path,
        pattern,
        container,
        sequential,
        scopes: scopes.iter().map(scoped).collect(),
        scope_checks: scope_checks(&scopes),
        docs,
        options: set,
        returned,
    })
}

/// The calls that set what the attribute says of the websockets.
fn set(options: &Options, diags: &Diagnostics) -> TokenStream {
    let protocols = options.texts("protocols", diags);
    for (index, protocol) in protocols.iter().enumerate() {
        check_protocol(protocol, &protocols[..index], diags);
    }
    let protocols = (!protocols.is_empty()).then(|| quote!(.protocols(&[#(#protocols),*])));
    let numbers = NUMBERS.map(|(key, unit, example)| number(options, key, unit, example, diags));
    quote!(#protocols #(#numbers)*)
}

/// A protocol's name is a token ([RFC 6455 §4.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.1)).
fn check_protocol(protocol: &LitStr, before: &[LitStr], diags: &Diagnostics) {
    let name = protocol.value();
    if !is_token(&name) {
        diags.at(protocol, format!("`{name}` cannot name a protocol\nhelp: a name is a word such as `chat.v2`"));
    } else if before.iter().any(|other| other.value() == name) {
        diags.at(protocol, format!("the protocol `{name}` is listed twice\nhelp: remove one of the two"));
    }
}

/// The call that sets a number.
fn number(options: &Options, key: &str, unit: &str, example: &str, diags: &Diagnostics) -> Option<TokenStream> {
    let value = options.number(key, unit, example, diags)?;
    let method = Ident::new(key, proc_macro2::Span::call_site());
    Some(quote!(.#method(#value)))
}

/// What the handler returns: nothing, or a `Result` of that.
fn returned(signature: &Signature, diags: &Diagnostics) -> Option<Returned> {
    let ty = signature.output()?;
    if matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty()) {
        return None;
    }
    let returned = signature.failure().filter(|returned| {
        returned.result.is_some() && matches!(&returned.value, Type::Tuple(tuple) if tuple.elems.is_empty())
    });
    if returned.is_none() {
        diags.at(
            ty,
            format!(
                "a websocket's handler cannot return `{}`: there is nobody to send it to\n\
                 help: send it over the socket, and return nothing, or `Result<(), E>`",
                pretty(ty)
            ),
        );
    }
    returned
}

/// What a handler returns, and how that ends its session.
struct Output {
    ty: TokenStream,
    how: TokenStream,
    /// Boxes the error.
    boxed: TokenStream,
    check: Option<TokenStream>,
}

impl Output {
    fn of(returned: Option<&Returned>, name: &str) -> Self {
        let Some((returned, result)) = returned.and_then(|returned| Some((returned, returned.result.as_ref()?))) else {
            return Self { ty: quote!(()), how: quote!(SessionValue), boxed: quote!(__di::None), check: None };
        };
        // Not by an alias of the user's, whose parameters need not be what they seem: the probe is asked about the error.
        let (error, at, ty) = match &returned.error {
            Some(error) => (quote!(#error), error, quote!(::core::result::Result<(), #error>)),
            None => (quote!(<#result as __di::IsResult>::Error), result, quote!(#result)),
        };
        let boxed = quote!(__di::boxing(__di::ErrorProbe::<#error>::REPORT));
        let text = pretty(at);
        let failure = quote!(__di::check::failure_of_session(#text, #name, #boxed.is_some()));
        Self { ty, how: quote!(SessionResult<fn() -> #error>), boxed, check: Some(check(at, failure)) }
    }
}

fn expand(signature: &Signature, spec: &Spec<'_>) -> TokenStream {
    let ident = &signature.item.sig.ident;
    let (name, container, text) = (spec.name, &spec.container, ident_name_raw(ident));
    let (marker, prelude) = (marker(&signature.item.vis, name), prelude());
    let (path, segments) = (&spec.path, segments(&spec.pattern));
    let records = records(signature, &spec.scopes, container);
    let Output { ty, how, boxed, check } = Output::of(spec.returned.as_ref(), &text);
    let glue = plain_glue(signature, Kind::Async, &ty);
    let options = &spec.options;
    let info = quote!(__di::SessionInfo { opens: &__di::WebSocketOptions::DEFAULT #options, boxed: #boxed });
    let call = quote!(__di::FutureCall::handler::<Self, __di::#how, #container, _, _>(__di_call));
    let declaration = Declaration {
        at: ident,
        route: ("GET", path, segments),
        params: records,
        answer: quote!(__di::Answer::DONE),
        sequential: spec.sequential,
        detached: false,
        body_limit: None,
        docs: spec.docs.as_ref(),
    };
    let used = allowing_deprecated(&signature.item.attrs);
    let call = quote!(__di::HandlerCall::Session(#call, #info));
    let (declared, handler) = handler_of(&quote!(#name), container, &declaration, &call);
    let params: Vec<Param> = signature.params.iter().chain(&spec.scopes).cloned().collect();
    let checks = params::checks(&text, &params, container, &quote!(__DI_DECLARED.params));
    let parts = std::iter::once(Part::new(ident, "at_function")).chain(params::parts(&params));
    let faults = faults(quote!(__di::check::session(&__DI_DECLARED)), parts);
    let scope_checks = &spec.scope_checks;
    quote! {
        #marker
        #used
        const _: () = {
            #prelude
            #glue
            #declared
            #handler
            #faults
            #check
            #checks
            #scope_checks
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_feature_there_is_one_error() {
        let item = quote!(
            async fn chat(socket: WebSocket) {}
        );
        let (beside, errors) = without_the_feature(quote!("/chat", container = Other), &item);
        let beside = beside.to_string();
        assert!(beside.contains("struct chat") && beside.contains("Handler < Other >"), "{beside}");
        assert!(!beside.contains("WebSocket"), "{beside}");
        assert_eq!(errors.len(), 1);
    }
}
