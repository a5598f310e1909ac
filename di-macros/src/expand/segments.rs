//! A parsed path template as constants.

use di_core::route::{ParsedPart, ParsedSegment, Pattern};
use proc_macro2::TokenStream;
use quote::quote;

/// The `Segment` records of `pattern`, separated by commas.
pub(super) fn segments(pattern: &Pattern) -> TokenStream {
    let segments = pattern.segments.iter().map(|segment| match segment {
        ParsedSegment::Literal(text) => quote!(__di::Segment::literal(#text)),
        ParsedSegment::Param(name) => quote!(__di::Segment::param(#name)),
        ParsedSegment::Wildcard(name) => quote!(__di::Segment::wildcard(#name)),
        ParsedSegment::Mixed(parts) => {
            let parts = parts.iter().map(|part| match part {
                ParsedPart::Literal(text) => quote!(__di::Part::Literal(#text)),
                ParsedPart::Param(name) => quote!(__di::Part::Param(#name)),
            });
            quote!(__di::Segment::mixed(&[#(#parts),*]))
        }
    });
    quote!(#(#segments),*)
}
