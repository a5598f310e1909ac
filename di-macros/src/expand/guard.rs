//! `#[guard]` on an `impl` block: a guard that is a value.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{FnArg, Generics, ImplItem, ItemFn, ItemImpl, ItemStruct, ReceiverKind, ReturnType, Type, parse_quote};

use super::{
    at, container, function, of_one, params,
    provided::{Provider, Scope, Target},
    provider::{error, error_place},
};
use crate::{
    blocking,
    diag::Diagnostics,
    model::{Kind, Signature, has_broken_parameters, without_names_within},
    parse::Options,
    pretty::pretty,
};

const OPTIONS: &[&str] = &["blocking", "container", "allow_blocking"];
const SHAPE: &str = "help: write `impl Limit { async fn check(&self, user: &User) -> Result<(), TooMany> { .. } }`";

/// Expands `#[guard]`.
#[allow(clippy::needless_pass_by_value, reason = "a macro is given its tokens")]
pub(crate) fn guard(args: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let options = Options::parse("guard", args, OPTIONS, &diags);
    if let Some(text) = options.text(&diags) {
        diags.at(text, "`guard` takes no path: a table lists it among the guards of a group\nhelp: remove the string");
    }
    let container = of_one("guard", container(options.ty("container", &diags)), &diags);
    // What is wrong in a body the compiler says, and nothing here depends on it.
    let block = syn::parse2::<ItemImpl>(item.clone()).or_else(|_| syn::parse2(without_bodies(&item)));
    let tokens = match block {
        Ok(block) => Some(expand(&block, &container, &options, &diags).unwrap_or_else(|| refused(&block, &container))),
        // The compiler has read it before, and has said what is wrong with it.
        Err(_) if items_of(&item).is_some_and(|items| has_broken_parameters(&items)) => {
            let block = syn::parse2::<ItemImpl>(within(&item, &|_| TokenStream::new())).ok();
            block.map(|block| refused(&block, &container))
        }
        Err(error) => {
            if item.clone().into_iter().any(|token| token.to_string() == "impl") {
                diags.push(error);
            } else {
                diags.at(&item, format!("a guard is an `impl` block with one function, `check`\n{SHAPE}"));
            }
            meant(&item).map(|ty| refused_of(&ty, &Generics::default(), &container))
        }
    };
    let item = without_names_within(&item);
    (quote!(#item #tokens), diags.finish())
}

/// An `impl` block whose functions have nothing in their braces.
fn without_bodies(block: &TokenStream) -> TokenStream {
    within(block, &|items| within(items, &|_| TokenStream::new()))
}

/// The tokens, with what is in their braces changed.
fn within(tokens: &TokenStream, change: &dyn Fn(&TokenStream) -> TokenStream) -> TokenStream {
    let changed = |token: TokenTree| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            TokenTree::from(Group::new(Delimiter::Brace, change(&group.stream())))
        }
        token => token,
    };
    tokens.clone().into_iter().map(changed).collect()
}

/// What is in the braces of an `impl` block.
fn items_of(block: &TokenStream) -> Option<TokenStream> {
    match block.clone().into_iter().last() {
        Some(TokenTree::Group(items)) => Some(items.stream()),
        _ => None,
    }
}

/// A guard in name only, so that a table that lists it has nothing more to complain about.
fn refused(block: &ItemImpl, container: &Type) -> TokenStream {
    refused_of(&block.self_ty, &block.generics, container)
}

/// The type of a guard that something else is marked as: a struct, or the function that makes it.
fn meant(item: &TokenStream) -> Option<Type> {
    if let Ok(item) = syn::parse2::<ItemStruct>(item.clone()) {
        let name = &item.ident;
        return item.generics.params.is_empty().then(|| parse_quote!(#name));
    }
    let function = syn::parse2::<ItemFn>(item.clone()).ok()?;
    match function.sig.output {
        ReturnType::Type(_, ty) if function.sig.receiver().is_none() && matches!(*ty, Type::Path(_)) => Some(*ty),
        _ => None,
    }
}

fn refused_of(ty: &Type, generics: &Generics, container: &Type) -> TokenStream {
    let (generics, _, clause) = generics.split_for_impl();
    quote! {
        const _: () = {
            impl #generics ::di_server::__private::Guard<#container> for #ty #clause {
                const NODE: ::di_server::__private::NodeRef = ::di_server::__private::check::refused();
            }
        };
    }
}

fn expand(block: &ItemImpl, container: &Type, options: &Options, diags: &Diagnostics) -> Option<TokenStream> {
    let flags = ["blocking", "allow_blocking"].map(|key| options.flag(key, diags));
    let [blocking, allow_blocking] = flags;
    if !block.generics.params.is_empty() {
        diags.at(&block.generics, "a guard is of one type, so it cannot be generic\nhelp: write the type it is for");
        return None;
    }
    let checks: Vec<_> = block
        .items
        .iter()
        .filter_map(|item| match item {
            ImplItem::Fn(check) if check.sig.ident == "check" => Some(check),
            _ => None,
        })
        .collect();
    let [check] = checks[..] else {
        diags.at(&block.self_ty, format!("this guard has no function `check`\n{SHAPE}"));
        return None;
    };
    let by_shared_reference = matches!(
        check.sig.inputs.first(),
        Some(FnArg::Receiver(receiver)) if matches!(receiver.kind, ReceiverKind::Reference(_, _, None))
    );
    if !by_shared_reference {
        diags.at(&check.sig, format!("`check` takes the guard as `&self`: all requests share it\n{SHAPE}"));
        return None;
    }
    let mut plain = check.clone();
    plain.sig.inputs = check.sig.inputs.iter().skip(1).cloned().collect();
    let signature = Signature::read("guard", &plain.to_token_stream(), diags)?;
    if let Some(key) = options.alone("blocking").filter(|_| signature.is_async) {
        diags.at(
            key,
            "an `async fn` runs on the executor, not on the blocking pool\nhelp: remove `blocking`, or make it a plain `fn`",
        );
    }
    if signature.is_async && !allow_blocking {
        blocking::check(&signature, diags);
    }
    let returned = signature.returned(diags)?;
    let unit: Type = parse_quote!(());
    if returned.result.is_none() || returned.value != unit {
        diags.at(
            &check.sig.output,
            format!("`check` lets a request pass with `Ok(())`, or refuses it with an error\n{SHAPE}"),
        );
        return None;
    }
    let kind = match (signature.is_async, blocking) {
        (true, _) => Kind::Async,
        (false, true) => Kind::Blocking,
        (false, false) => Kind::Inline,
    };
    let (ty, ident) = (&*block.self_ty, &signature.item.sig.ident);
    let provider = Provider {
        name: pretty(ty),
        function: function(ident, false),
        generics: syn::Generics::default(),
        any: false,
        container,
        scope: Scope::Transient,
        params: &signature.params,
        value: &unit,
        error: error(&returned),
        fallible: Some(error_place(&returned)),
        kind,
        teardown: None,
        at: ident.to_token_stream(),
        named: None,
        after_body: false,
        target: Target::Guard(ty),
        collects: false,
    };
    // The guard itself is argument number 0.
    let arguments = params::arguments(&signature.params, 1);
    let itself = quote_spanned!(at(ty)=> __args.shared(0usize));
    let call = quote_spanned!(ident.span()=> <#ty>::check(#itself, #(#arguments),*));
    let call = if signature.is_async { params::used(&signature.params, &provider.generics, call) } else { call };
    diags.is_empty().then(|| provider.expand(&call))
}
