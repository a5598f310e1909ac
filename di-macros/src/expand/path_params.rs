//! `#[derive(PathParams)]`: the names of a struct's fields, or the shape of what a newtype wraps.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr};

use crate::{diag::Diagnostics, model::ident_name_raw};

/// Expands the derive.
pub(crate) fn derive_path_params(item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let diags = Diagnostics::new();
    let tokens = syn::parse2::<DeriveInput>(item).ok().map(|item| {
        let shape = shape(&item, &diags).filter(|_| diags.is_empty());
        // Of what is refused nothing is asked for, so that who reads it has nothing more to complain about.
        implementation(&item, &shape.unwrap_or_else(|| quote!(::di_server::__private::PathShape::Fields(&[]))))
    });
    (tokens.unwrap_or_default(), diags.finish())
}

fn implementation(item: &DeriveInput, shape: &TokenStream) -> TokenStream {
    let name = &item.ident;
    let (impl_generics, ty_generics, where_clause) = item.generics.split_for_impl();
    quote! {
        impl #impl_generics ::di_server::PathParams for #name #ty_generics #where_clause {
            const SHAPE: ::di_server::__private::PathShape = #shape;
        }
    }
}

fn shape(item: &DeriveInput, diags: &Diagnostics) -> Option<TokenStream> {
    if let Data::Struct(data) = &item.data {
        let attrs = data.fields.iter().flat_map(|field| &field.attrs);
        for attr in attrs.filter(|attr| attr.path().is_ident("path_params")) {
            diags.at(
                attr,
                "`path_params` says how the whole type is read, and nothing of a field\n\
                 help: a field has the name that serde gives it, as in `#[serde(rename = \"userId\")]`",
            );
        }
    }
    let scalar = item.attrs.iter().filter(|attr| attr.path().is_ident("path_params"));
    let scalar = scalar.filter_map(|attr| says_scalar(attr, item, diags)).last();
    let shape = match &item.data {
        _ if scalar.is_some() => scalar,
        Data::Struct(data) => shape_of(&data.fields, serde_option(&item.attrs, "rename_all").as_deref()),
        Data::Enum(data) if data.variants.iter().all(|variant| variant.fields.is_empty()) => {
            Some(quote!(::di_server::__private::PathShape::Scalar))
        }
        _ => None,
    };
    if shape.is_none() {
        diags.at(
            &item.ident,
            format!(
                "`{}` has no names to find in a path\n\
                 help: derive `PathParams` for a struct with named fields, a newtype, or an enum without data",
                item.ident
            ),
        );
    }
    shape
}

/// That a newtype is read from a single text, whatever it wraps, as `#[path_params(scalar)]` says.
fn says_scalar(attr: &Attribute, item: &DeriveInput, diags: &Diagnostics) -> Option<TokenStream> {
    let newtype = matches!(&item.data, Data::Struct(data) if matches!(&data.fields, Fields::Unnamed(all) if all.unnamed.len() == 1));
    if !attr.parse_args::<Ident>().is_ok_and(|option| option == "scalar") {
        let what = "the option here is `scalar`: a newtype is read from a single text";
        diags.at(attr, format!("{what}\nhelp: write `#[path_params(scalar)]`"));
    } else if !newtype {
        diags.at(attr, "a newtype alone wraps what is read from a single text\nhelp: remove the attribute");
    }
    newtype.then(|| quote!(::di_server::__private::PathShape::Scalar))
}

fn shape_of(fields: &Fields, rename_all: Option<&str>) -> Option<TokenStream> {
    match fields {
        Fields::Named(fields) => {
            let names = fields.named.iter().filter_map(|field| wire_name(field, rename_all));
            Some(quote!(::di_server::__private::PathShape::Fields(&[#(#names),*])))
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let inner = &fields.unnamed[0].ty;
            Some(quote!(<#inner as ::di_server::PathParams>::SHAPE))
        }
        Fields::Unnamed(_) | Fields::Unit => None,
    }
}

/// The name that serde reads the field by: its own, or what `rename` or the struct's `rename_all` make of it.
fn wire_name(field: &syn::Field, rename_all: Option<&str>) -> Option<String> {
    let name = ident_name_raw(field.ident.as_ref()?);
    let renamed = serde_option(&field.attrs, "rename");
    Some(renamed.unwrap_or_else(|| rename_all.map_or(name.clone(), |rule| rename(&name, rule))))
}

/// The string that `#[serde(key = "..")]`, or `#[serde(key(deserialize = ".."))]`, gives; anything else is serde's to judge.
fn serde_option(attrs: &[Attribute], key: &str) -> Option<String> {
    let mut found = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let _ = attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident(key) {
                // Passed over, with whatever it says.
                if let Ok(value) = meta.value() {
                    value.parse::<syn::Lit>()?;
                }
                return Ok(());
            }
            if let Ok(value) = meta.value() {
                found = Some(value.parse::<LitStr>()?.value());
                return Ok(());
            }
            meta.parse_nested_meta(|side| {
                let value = side.value()?.parse::<LitStr>()?.value();
                if side.path.is_ident("deserialize") {
                    found = Some(value);
                }
                Ok(())
            })
        });
    }
    found
}

/// A field's name under one of serde's rules for fields, which are written in `snake_case`.
fn rename(name: &str, rule: &str) -> String {
    let capitalized = |word: &str| {
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
    };
    let pascal = || name.split('_').map(capitalized).collect::<String>();
    match rule {
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => name.to_ascii_uppercase(),
        "PascalCase" => pascal(),
        "camelCase" => {
            let pascal = pascal();
            pascal[..1.min(pascal.len())].to_ascii_lowercase() + pascal.get(1..).unwrap_or_default()
        }
        "kebab-case" => name.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => name.to_ascii_uppercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[track_caller]
    fn check(item: &DeriveInput, names: &[&str]) {
        let Data::Struct(data) = &item.data else { panic!("a struct") };
        let rule = serde_option(&item.attrs, "rename_all");
        let found: Vec<_> = data.fields.iter().filter_map(|field| wire_name(field, rule.as_deref())).collect();
        assert_eq!(found, names);
    }

    #[test]
    fn fields_have_the_names_that_serde_reads_them_by() {
        check(
            &parse_quote!(
                struct A {
                    user_id: u8,
                    r#type: u8,
                }
            ),
            &["user_id", "type"],
        );
        check(
            &parse_quote!(
                struct A {
                    #[serde(default, rename = "id")]
                    user_id: u8,
                    #[serde(rename(serialize = "x", deserialize = "y"))]
                    other: u8,
                }
            ),
            &["id", "y"],
        );
        check(
            &parse_quote!(
                #[serde(rename_all = "camelCase")]
                struct A {
                    user_id: u8,
                }
            ),
            &["userId"],
        );
        check(
            &parse_quote!(
                #[serde(deny_unknown_fields, rename_all = "kebab-case")]
                struct A {
                    user_id: u8,
                }
            ),
            &["user-id"],
        );
        check(
            &parse_quote!(
                #[serde(rename_all(deserialize = "PascalCase"))]
                struct A {
                    user_id: u8,
                }
            ),
            &["UserId"],
        );
    }
}
