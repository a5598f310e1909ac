//! Is a type read by the parameter's name or by its fields'?

use serde::de::{Deserialize, Deserializer, Visitor};

use super::{
    collect::Trace,
    error::{Error, Kind},
    fields::{self, Fields},
    place::Place,
    value::{FILE, Values},
};

/// A place about to be read as the type of the parameter `name`.
#[derive(Clone, Copy)]
struct Root<'r, 't> {
    place: Place<'r>,
    name: &'static str,
    /// What earlier tries have found out, and what this one does.
    trace: &'t Trace,
}

impl<'r> Root<'r, '_> {
    fn values(self) -> Result<Values<'r>, Error> {
        self.place.named(self.name).ok_or_else(Error::missing)
    }
}

/// One try to read a `T`.
///
/// What takes whatever there is, as a decimal number or an untagged enum does, tells by how it fails whether it could have been made of all
/// names: if not, what has the parameter's name is missing.
pub(super) fn attempt<'r, T: Deserialize<'r>>(place: Place<'r>, name: &'static str, trace: &Trace) -> Result<T, Error> {
    T::deserialize(Root { place, name, trace }).map_err(|error| match error {
        Error { kind: Kind::NoMap, field: None, .. } if trace.has_seen_anything() => {
            trace.see_name();
            Error::missing()
        }
        error => error,
    })
}

macro_rules! by_name {
    ($($deserialize:ident($($arg:ident: $ty:ty),*)),*) => {
        $(
            fn $deserialize<V: Visitor<'r>>(self, $($arg: $ty,)* visitor: V) -> Result<V::Value, Error> {
                self.values()?.$deserialize($($arg,)* visitor)
            }
        )*
    };
}

impl<'r> Deserializer<'r> for Root<'r, '_> {
    type Error = Error;

    by_name! {
        deserialize_bool(), deserialize_char(), deserialize_f32(), deserialize_f64(),
        deserialize_i8(), deserialize_i16(), deserialize_i32(), deserialize_i64(), deserialize_i128(),
        deserialize_u8(), deserialize_u16(), deserialize_u32(), deserialize_u64(), deserialize_u128(),
        deserialize_str(), deserialize_string(), deserialize_bytes(), deserialize_byte_buf(),
        deserialize_identifier(), deserialize_seq(),
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    fn deserialize_any<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.place.named(self.name) {
            Some(values) => values.deserialize_any(visitor),
            None => {
                self.trace.see_anything();
                self.deserialize_map(visitor)
            }
        }
    }

    fn deserialize_struct<V: Visitor<'r>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let entries = fields::of_struct(self.place, names, self.trace);
        visitor.visit_map(Fields::new(entries, self.trace))
    }

    fn deserialize_map<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Fields::new(fields::of_map(self.place, self.trace), self.trace))
    }

    fn deserialize_tuple<V: Visitor<'r>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        match self.place {
            Place::Path(_) => {
                self.trace.see_tuple();
                visitor.visit_seq(Fields::new(fields::of_map(self.place, self.trace), self.trace))
            }
            _ => self.values()?.deserialize_tuple(len, visitor),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'r>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'r>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == FILE {
            return self.values()?.deserialize_newtype_struct(name, visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.place.named(self.name).is_some() { visitor.visit_some(self) } else { visitor.visit_none() }
    }

    fn deserialize_unit<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'r>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}
