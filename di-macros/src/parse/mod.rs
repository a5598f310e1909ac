//! What does an attribute say?

mod options;

pub(crate) use self::options::{Options, behind_equals, no_number, number, value_without_equals};
