//! What does an annotated item mean?

mod function;
mod param;

pub(crate) use self::{
    function::{Kind, Returned, Signature},
    param::{Param, Use, Wrap, ident_name, ident_name_raw},
};
