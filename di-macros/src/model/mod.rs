//! What does an annotated item mean?

mod docs;
mod function;
mod mended;
mod named;
mod param;
mod spare;
mod words;

pub(crate) use self::{
    docs::{is_deprecated, text},
    function::{Kind, Returned, Signature, emitted, has_broken_parameters, owner_of, readable, without_reference},
    mended::mended,
    named::{without_names_within, written_out},
    param::{PRIMITIVES, Param, Use, Wrap, ident_name, ident_name_raw, is_called, is_wrapper, path_type, wrapped},
    spare::{alone, without_defaults},
    words::Words,
};
