//! The edges of a function: its table of parameters, the arguments of its call, and the assertions at its parameters.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;

use super::{at, check, covering, fault};
use crate::{
    model::{Param, Use, Wrap},
    pretty::pretty,
};

/// Whether a record asks that its type is provided, so that the compiler reports it if it is not. It reports it for each that
/// asks: where something else does, a record may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Yes,
    No,
}

/// The table of parameters.
pub(super) fn records(params: &[Param], container: &Type, asks: Asks) -> TokenStream {
    let records = params.iter().map(|param| record(param, container, asks));
    quote!(&[#(#records),*])
}

/// One `Param` record.
pub(super) fn record(param: &Param, container: &Type, asks: Asks) -> TokenStream {
    let Param { name, ty, usage, wrap, .. } = param;
    let text = pretty(ty);
    let node = match asks {
        Asks::Yes => quote!(<#ty as __di::Provide<#container>>::NODE),
        Asks::No => quote!(__di::NodeProbe::<#ty, #container, ()>::NODE),
    };
    let input = quote!(__di::InputProbe::<#ty>::INPUT);
    let record = match usage {
        Use::Shared => quote!(__di::Param::shared(#name, #text, #node)),
        Use::Exclusive => quote!(__di::Param::exclusive(#name, #text, #node)),
        Use::Fresh => quote!(__di::Param::fresh(#name, #text, #node)),
        Use::Held => quote!(__di::Param::held(#name, #text, #node)),
        Use::Value => quote!(__di::Param::value(#name, #text, #node, #input, __di::CloneProbe::<#ty>::CLONE)),
        Use::Run => quote!(__di::Param::run(#name, #text, #node, #input)),
    };
    match wrap {
        Wrap::Plain => record,
        Wrap::Option => quote!(#record.optional()),
        Wrap::Result => quote!(#record.fallible()),
    }
}

/// The arguments of the call; `future` says that they go into the future of an `async fn`, which is asked to be `Send`.
///
/// `first` is the number of the first one.
pub(super) fn arguments(params: &[Param], first: usize, future: bool) -> Vec<TokenStream> {
    params.iter().enumerate().map(|(index, param)| argument(first + index, param, future)).collect()
}

fn argument(index: usize, param: &Param, future: bool) -> TokenStream {
    let take = match (param.usage, param.wrap) {
        (Use::Shared, Wrap::Plain) => quote!(shared),
        (Use::Shared, Wrap::Option) => quote!(shared_option),
        (Use::Shared, Wrap::Result) => quote!(shared_result),
        (Use::Exclusive, Wrap::Plain) => quote!(exclusive),
        (Use::Exclusive, Wrap::Option) => quote!(exclusive_option),
        (Use::Exclusive, Wrap::Result) => quote!(exclusive_result),
        (Use::Fresh, Wrap::Plain) => quote!(fresh),
        (Use::Fresh, Wrap::Option) => quote!(fresh_option),
        (Use::Fresh, Wrap::Result) => quote!(fresh_result),
        (Use::Held, _) => quote!(held),
        (Use::Value | Use::Run, Wrap::Plain) => quote!(value),
        (Use::Value | Use::Run, Wrap::Option) => quote!(value_option),
        (Use::Value | Use::Run, Wrap::Result) => quote!(value_result),
    };
    let value = (param.usage == Use::Shared).then_some(&param.ty);
    let error = param.error.as_ref().filter(|_| matches!(param.usage, Use::Shared | Use::Exclusive));
    // That it is `Sync` is asked here, in the function that would lend it, and nowhere else: so it is said once.
    let proofs = value.into_iter().chain(error).map(|ty| {
        if future {
            quote_spanned!(at(ty)=> , __di::Proof::<#ty>::by_future())
        } else {
            quote_spanned!(at(ty)=> , <#ty as __di::Shared>::PROOF)
        }
    });
    let call = quote_spanned!(at(&param.ty)=> #take(#index #(#proofs)*));
    quote!(__args.#call)
}

/// For each parameter: that the function may use it as it does, which `__fault` says. All are statements of one constant,
/// because what the compiler's work grows with is the number of bodies: of several faults that it takes an evaluation to
/// find, the first is reported.
pub(super) fn checks(name: &str, params: &[Param], container: &Type, list: &TokenStream) -> TokenStream {
    let all = params.iter().enumerate().map(|(index, param)| {
        let once = once(name, &params[..index], param);
        let checked = fault(&param.ty, quote!(at_param), Some(index));
        let failure = failure(index, param, container, list);
        quote!(#once #checked #failure)
    });
    quote!(#(#all)*)
}

/// That `ty` is provided: the one place that names the bound, so that the compiler reports it once.
pub(super) fn provided(ty: &Type, container: &Type) -> TokenStream {
    quote!(let _ = <#ty as __di::Provide<#container>>::NODE;)
}

/// That no parameter before `later` is of its type, if one of the two is exclusive.
fn once(name: &str, earlier: &[Param], later: &Param) -> Option<TokenStream> {
    let ty = &later.ty;
    let exclusive = |param: &Param| matches!(param.usage, Use::Exclusive | Use::Held);
    let one_exclusive = |param: &&Param| exclusive(param) || exclusive(later);
    let others: Vec<&Type> = earlier.iter().filter(one_exclusive).map(|param| &param.ty).collect();
    if others.is_empty() {
        return None;
    }
    let held = later.usage == Use::Held || earlier.iter().any(|param| param.usage == Use::Held);
    let (how, ty_text) = (if held { "`Held`" } else { "`&mut`" }, pretty(ty));
    let once = if held { format!("Held<{ty_text}>") } else { format!("&mut {ty_text}") };
    let text = format!(
        "`{name}` takes `{ty_text}` twice, once as {how}\nhelp: take it once, as `{once}`, and borrow from that",
    );
    let fail = covering(ty, quote!(::core::panic!(#text)));
    Some(quote! {
        if #(__di::SameProbe::<#others, #ty>::SAME)||* { #fail }
    })
}

/// That the error of a `Result` is what its provider fails with.
fn failure(index: usize, param: &Param, container: &Type, list: &TokenStream) -> Option<TokenStream> {
    let error = param.error.as_ref()?;
    let (ty, text) = (&param.ty, pretty(error));
    let same = quote!(__di::FailsProbe::<#ty, #container, #error>::FAILS);
    let rejection = quote!(__di::SameProbe::<#error, __di::Rejection>::SAME);
    Some(check(error, quote!(__di::check::failure(&(#list)[#index], #text, #same, #rejection))))
}
