//! `#[derive(PathParams)]`: the names of a struct's fields, or the shape of what a newtype wraps.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields};

use crate::{diag::Diagnostics, model::ident_name_raw};

/// Expands the derive.
pub(crate) fn derive_path_params(item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let tokens = diags.ok(syn::parse2::<DeriveInput>(item)).and_then(|item| expand(&item, &diags));
    (tokens.unwrap_or_default(), diags.finish())
}

fn expand(item: &DeriveInput, diags: &Diagnostics) -> Option<TokenStream> {
    let shape = match &item.data {
        Data::Struct(data) => shape(&data.fields),
        Data::Enum(data) if data.variants.iter().all(|variant| variant.fields.is_empty()) => {
            Some(quote!(::di_server::__private::PathShape::Scalar))
        }
        _ => None,
    };
    let Some(shape) = shape else {
        diags.at(
            &item.ident,
            format!(
                "`{}` has no names to find in a path\n\
                 help: derive `PathParams` for a struct with named fields, a newtype, or an enum without data",
                item.ident
            ),
        );
        return None;
    };
    let name = &item.ident;
    let (impl_generics, ty_generics, where_clause) = item.generics.split_for_impl();
    Some(quote! {
        impl #impl_generics ::di_server::PathParams for #name #ty_generics #where_clause {
            const SHAPE: ::di_server::__private::PathShape = #shape;
        }
    })
}

fn shape(fields: &Fields) -> Option<TokenStream> {
    match fields {
        Fields::Named(fields) => {
            let names = fields.named.iter().filter_map(renamed);
            Some(quote!(::di_server::__private::PathShape::Fields(&[#(#names),*])))
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let inner = &fields.unnamed[0].ty;
            Some(quote!(<#inner as ::di_server::PathParams>::SHAPE))
        }
        Fields::Unnamed(_) | Fields::Unit => None,
    }
}

/// The name that serde reads the field by: its own, or that of `#[serde(rename = "..")]`.
fn renamed(field: &syn::Field) -> Option<String> {
    let mut name = ident_name_raw(field.ident.as_ref()?);
    for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // Anything else that the attribute says is serde's to judge.
        let _ = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            }
            Ok(())
        });
    }
    Some(name)
}
