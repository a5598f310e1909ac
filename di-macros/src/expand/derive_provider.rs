//! `#[derive(Provider)]` on a struct.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Type, parse_quote};

use super::{
    allowing_deprecated, any, container, function, params,
    provided::{Provider, Scope, Target},
    provider::{scope, teardown},
};
use crate::{
    diag::Diagnostics,
    model::{Kind, Param, Use, ident_name, mended, wrapped},
    parse::Options,
};

const OPTIONS: &[&str] = &["singleton", "request", "transient", "teardown", "teardown_after_response", "container"];

/// Expands the derive.
pub(crate) fn derive_provider(item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let tokens = match syn::parse2::<DeriveInput>(item.clone()) {
        Ok(item) => Some(expand(&item, &diags).filter(|_| diags.is_empty()).unwrap_or_else(|| fallback(&item))),
        // If the compiler could not read it either, it has said so.
        Err(error) => mended(&item).map(|item| fallback(&item)).or_else(|| {
            diags.push(error);
            None
        }),
    };
    (tokens.unwrap_or_default(), diags.finish())
}

fn expand(item: &DeriveInput, diags: &Diagnostics) -> Option<TokenStream> {
    let args = item.attrs.iter().filter(|attr| attr.path().is_ident("provider")).filter_map(|attr| {
        let list = diags.ok(attr.meta.require_list())?;
        Some(list.tokens.clone())
    });
    let args: Vec<TokenStream> = args.collect();
    let options = Options::parse("provider", quote!(#(#args),*), OPTIONS, diags);
    options.no_text("provider", diags);
    let Data::Struct(data) = &item.data else {
        diags.at(&item.ident, "only a struct has fields to inject\nhelp: write a `#[provider] fn` that returns it");
        return None;
    };
    if item.generics.lifetimes().next().is_some() {
        diags.at(
            &item.generics,
            "a provided value is kept for the whole request, so it cannot borrow\nhelp: make its fields owned types",
        );
        return None;
    }
    let fields = fields(&data.fields, diags)?;
    let arguments = params::arguments(&fields, 0);
    let name = &item.ident;
    let build = match &data.fields {
        Fields::Named(named) => {
            let names = named.named.iter().map(|field| &field.ident);
            quote!(#name { #(#names: #arguments),* })
        }
        Fields::Unnamed(_) => quote!(#name(#(#arguments),*)),
        Fields::Unit => quote!(#name),
    };
    let (_, ty_generics, _) = item.generics.split_for_impl();
    let value: Type = parse_quote!(#name #ty_generics);
    let mut generics = item.generics.clone();
    for param in generics.type_params_mut() {
        param.bounds.push(parse_quote!('static));
        param.default = None;
    }
    let scope = scope(&options, Scope::Transient, diags);
    let teardown = teardown(&options, scope, diags);
    let container = container(options.ty("container", diags));
    let any = any(&container);
    let (any, container) = (any.is_some(), any.unwrap_or(container));
    let provider = Provider {
        name: name.to_string(),
        function: function(name, !generics.params.is_empty()),
        generics,
        any,
        container: &container,
        named: None,
        after_body: false,
        scope,
        params: &fields,
        value: &value,
        error: quote!(::core::convert::Infallible),
        fallible: None,
        kind: Kind::Inline,
        teardown: teardown.as_ref(),
        at: quote!(#name),
        target: Target::Type,
        collects: false,
    };
    let provided = provider.expand(&quote!(::core::result::Result::Ok(#build)));
    let used = allowing_deprecated(&item.attrs);
    Some(quote!(#used #provided))
}

/// A provider in name only, so that users of the type have nothing more to complain about.
fn fallback(item: &DeriveInput) -> TokenStream {
    if item.generics.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let (name, container) = (&item.ident, container(None));
    let mut generics = item.generics.clone();
    for param in generics.type_params_mut() {
        param.bounds.push(parse_quote!('static));
        param.default = None;
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        impl #impl_generics ::di_server::__private::Provide<#container> for #name #ty_generics #where_clause {
            type Error = ::core::convert::Infallible;
            const NODE: ::di_server::__private::NodeRef = ::di_server::__private::check::refused();
        }
    }
}

/// The fields, as parameters of the struct's own provider.
fn fields(fields: &Fields, diags: &Diagnostics) -> Option<Vec<Param>> {
    let params = fields.iter().map(|field| {
        let name = field.ident.as_ref().map_or_else(String::new, ident_name);
        for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("provider")) {
            diags.at(
                attr,
                "`provider` says how the whole struct is built, and nothing of a field\n\
                 help: a field takes `#[named(Replica)]`, which asks for one of several of a type; what may be missing is an `Option`",
            );
        }
        let borrows =
            "a provided value is kept for the whole request, so it cannot borrow\nhelp: make the field an owned type";
        // Without a lifetime it cannot even be written so, as the compiler says.
        if matches!(&field.ty, Type::Reference(reference) if reference.lifetime.is_none()) {
            return None;
        }
        if matches!(&field.ty, Type::Reference(_)) || wrapped("Lazy", &field.ty).is_some() {
            diags.at(&field.ty, borrows);
            return None;
        }
        let param = Param::of(name, &field.attrs, &field.ty, "provider", diags)?;
        if !matches!(param.usage, Use::Value | Use::Fresh) {
            diags.at(&field.ty, borrows);
            return None;
        }
        Some(param)
    });
    // All of them, so that all faults are reported.
    params.collect::<Vec<_>>().into_iter().collect()
}
