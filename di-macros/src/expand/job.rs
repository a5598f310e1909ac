//! `#[job]`: a function that runs with the same graph outside of a request.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Type, Visibility};

use super::{
    allowing_deprecated, container, faults,
    handler::{Declaration, handler_call, handler_of, plain_glue},
    marker, of_one, params, prelude,
};
use crate::{
    blocking,
    diag::Diagnostics,
    model::{Kind, Returned, Signature, alone, emitted, ident_name_raw, readable, without_defaults},
    parse::Options,
};

const OPTIONS: &[&str] = &["container", "as", "inline", "sequential", "allow_blocking"];

/// Expands `#[job]`.
#[allow(clippy::needless_pass_by_value, reason = "a macro is given its tokens")]
pub(crate) fn job(args: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let options = Options::parse("job", args, OPTIONS, &diags);
    if let Some(text) = options.text(&diags) {
        diags.at(text, "`job` takes no path: `app.run::<name>()` runs it\nhelp: remove the string");
    }
    let item = alone(without_defaults(item), &diags);
    let signature = Signature::read("job", &item, &diags);
    let container = of_one("job", container(options.ty("container", &diags)), &diags);
    let rename = options.ident("as", &diags);
    let flags = ["inline", "sequential", "allow_blocking"].map(|key| options.flag(key, &diags));
    let [inline, sequential, allow_blocking] = flags;
    let tokens = signature.as_ref().map(|signature| {
        if let Some(key) = options.alone("inline").filter(|_| signature.is_async) {
            diags.at(key, "an `async fn` is polled in place already\nhelp: remove `inline`");
        }
        if signature.is_async && !allow_blocking {
            blocking::check(signature, &diags);
        }
        let kind = match (signature.is_async, inline) {
            (true, _) => Kind::Async,
            (false, true) => Kind::Inline,
            (false, false) => Kind::Blocking,
        };
        let returned = signature.returned_by_job(&diags);
        let name = rename.as_ref().unwrap_or(&signature.item.sig.ident);
        match returned {
            Some(returned) if diags.is_empty() => {
                let marker = marker(&signature.item.vis, name);
                let job = expand(signature, name, kind, sequential, &container, &returned);
                quote!(#marker #job)
            }
            returned => refused(&signature.item.vis, name, &container, returned.flatten().as_ref()),
        }
    });
    let tokens = tokens.unwrap_or_else(|| fallback(&item, rename.as_ref(), &container));
    let item = emitted(&item, &diags);
    (quote!(#item #tokens), diags.finish())
}

/// A job in name only, of a function that could not be read.
fn fallback(item: &TokenStream, rename: Option<&Ident>, container: &Type) -> TokenStream {
    readable(item)
        .map(|item| refused(&item.vis, rename.unwrap_or(&item.sig.ident), container, None))
        .unwrap_or_default()
}

/// A job in name only, so that what runs it has nothing more to complain about.
fn refused(vis: &Visibility, name: &Ident, container: &Type, returned: Option<&Returned>) -> TokenStream {
    let marker = marker(vis, name);
    let output = returned.map_or_else(|| quote!(()), |returned| returned.value.to_token_stream());
    quote! {
        #marker
        const _: () = {
            impl ::di_server::__private::Job<#container> for #name {
                type Output = #output;
                type Error = ::core::convert::Infallible;
                const JOB: ::di_server::__private::RouteRef =
                    ::di_server::__private::RouteRef::new(&::di_server::__private::check::REFUSED);
            }
        };
    }
}

fn expand(
    signature: &Signature,
    name: &Ident,
    kind: Kind,
    sequential: bool,
    container: &Type,
    returned: &Option<Returned>,
) -> TokenStream {
    let ident = &signature.item.sig.ident;
    let (prelude, text) = (prelude(), ident_name_raw(ident));
    let (whole, value, error, how) = match returned {
        None => (quote!(()), quote!(()), quote!(::core::convert::Infallible), quote!(JobValue)),
        Some(Returned { value, result: None, .. }) => {
            (quote!(#value), quote!(#value), quote!(::core::convert::Infallible), quote!(JobValue))
        }
        Some(Returned { value, result: Some(result), error: Some(error) }) => {
            (quote!(#result), quote!(#value), quote!(#error), quote!(JobResult))
        }
        Some(Returned { result: Some(result), error: None, .. }) => (
            quote!(#result),
            quote!(<#result as __di::IsResult>::Value),
            quote!(<#result as __di::IsResult>::Error),
            quote!(JobResult),
        ),
    };
    let glue = plain_glue(signature, kind, &whole);
    let records = params::records(&signature.params, container, params::Asks::Yes);
    let declaration = Declaration {
        at: ident,
        route: ("", "", TokenStream::new()),
        params: records,
        answer: quote!(__di::Answer::DONE),
        sequential,
        detached: false,
        body_limit: None,
        docs: None,
    };
    let call = handler_call(kind, &quote!(Self, __di::#how, #container));
    let (declared, handler) = handler_of(&quote!(__DiJob), container, &declaration, &call);
    let checks = params::checks(&text, &signature.params, container, &quote!(__DI_DECLARED.params));
    let faults = faults(quote!(__di::check::job(&__DI_DECLARED)), params::parts(&signature.params));
    let used = allowing_deprecated(&signature.item.attrs);
    quote! {
        #used
        const _: () = {
            #prelude
            #glue
            enum __DiJob {}
            #declared
            #[diagnostic::do_not_recommend]
            #handler
            impl __di::Job<#container> for #name {
                type Output = #value;
                type Error = #error;
                const JOB: __di::RouteRef = <__DiJob as __di::Handler<#container>>::ROUTE;
            }
            #faults
            #checks
        };
    }
}
