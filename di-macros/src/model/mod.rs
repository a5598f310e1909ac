//! What does an annotated item mean?

mod docs;
mod function;
mod named;
mod param;
mod spare;
mod words;

pub(crate) use self::{
    docs::{is_deprecated, text},
    function::{Kind, Returned, Signature, is_of_a_type, without_reference},
    named::{without_names_within, written_out},
    param::{PRIMITIVES, Param, Use, Wrap, ident_name, ident_name_raw, is_wrapper, path_type, wrapped},
    spare::{alone, without_defaults},
    words::Words,
};
