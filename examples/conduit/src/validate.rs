//! What texts are asked to be, for garde. Messages are read after the name of the field.

/// Something is written in it.
pub(crate) fn not_blank(text: &str, _: &()) -> garde::Result {
    if text.trim().is_empty() { Err(garde::Error::new("can't be blank")) } else { Ok(()) }
}

/// As `not_blank`, if it is there at all.
pub(crate) fn not_blank_if_given(text: &Option<String>, context: &()) -> garde::Result {
    text.as_deref().map_or(Ok(()), |text| not_blank(text, context))
}

/// Of what changes only what is given: at least one field is.
pub(crate) fn something_given(fields: &[&Option<String>]) -> garde::Result {
    if fields.iter().all(|field| field.is_none()) { Err(garde::Error::new("has no field to update")) } else { Ok(()) }
}
