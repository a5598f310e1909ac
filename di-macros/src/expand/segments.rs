//! A parsed path template as constants.

use di_core::route::{ParsedPart, ParsedSegment, Pattern, literal_key};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The `Segment` records of `pattern`, separated by commas.
pub(super) fn segments(pattern: &Pattern) -> TokenStream {
    let segments = pattern.segments.iter().map(|segment| match segment {
        ParsedSegment::Literal(text) => {
            let (key, len) = (Literal::u64_unsuffixed(literal_key(text)), Literal::usize_unsuffixed(text.len()));
            quote!(__di::Segment::Literal(#text, #key, #len))
        }
        ParsedSegment::Param(name) => quote!(__di::Segment::Param(#name)),
        ParsedSegment::Wildcard(name) => quote!(__di::Segment::Wildcard(#name)),
        ParsedSegment::Mixed(parts) => {
            let parts = parts.iter().map(|part| match part {
                ParsedPart::Literal(text) => quote!(__di::Part::Literal(#text)),
                ParsedPart::Param(name) => quote!(__di::Part::Param(#name)),
            });
            quote!(__di::Segment::Mixed(&[#(#parts),*]))
        }
    });
    quote!(#(#segments),*)
}
