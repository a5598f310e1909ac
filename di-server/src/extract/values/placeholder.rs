//! What value will a field take, when only its type is known?
//!
//! One of the kind that it asks for. A type that is parsed from text is offered the texts below, one in each attempt.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor, value::StrDeserializer};

use super::{error::Error, value::FILE};

const TEXTS: [&str; 9] = [
    "",
    "1",
    "a",
    "00000000-0000-0000-0000-000000000000",
    "1970-01-01",
    "1970-01-01T00:00:00Z",
    "127.0.0.1",
    "http://localhost/",
    "user@example.com",
];

/// How many placeholders there are.
pub(super) const ATTEMPTS: usize = TEXTS.len();

/// Gives what it is asked for; the number says which attempt it is.
#[derive(Clone, Copy)]
pub(super) struct Placeholder(pub(super) usize);

impl Placeholder {
    fn text(self) -> &'static str {
        TEXTS.get(self.0).copied().unwrap_or_default()
    }
}

macro_rules! gives {
    ($($deserialize:ident $visit:ident($($value:expr)?),)*) => {
        $(
            fn $deserialize<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
                visitor.$visit($($value)?)
            }
        )*
    };
}

impl<'r> Deserializer<'r> for Placeholder {
    type Error = Error;

    // One, not nought: it is also a `NonZero`.
    gives! {
        deserialize_bool visit_bool(false), deserialize_char visit_char('a'),
        deserialize_i8 visit_i8(1), deserialize_i16 visit_i16(1), deserialize_i32 visit_i32(1),
        deserialize_i64 visit_i64(1), deserialize_i128 visit_i128(1),
        deserialize_u8 visit_u8(1), deserialize_u16 visit_u16(1), deserialize_u32 visit_u32(1),
        deserialize_u64 visit_u64(1), deserialize_u128 visit_u128(1),
        deserialize_f32 visit_f32(1.0), deserialize_f64 visit_f64(1.0),
        deserialize_bytes visit_bytes(&[]), deserialize_byte_buf visit_bytes(&[]),
        deserialize_option visit_none(), deserialize_unit visit_unit(), deserialize_ignored_any visit_unit(),
    }

    fn deserialize_any<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.text())
    }

    fn deserialize_seq<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        // A list may have to have something in it.
        visitor.visit_seq(Copies { of: self, left: usize::from(self.0 > 0) })
    }

    fn deserialize_tuple<V: Visitor<'r>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Copies { of: self, left: len })
    }

    fn deserialize_tuple_struct<V: Visitor<'r>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Copies { of: self, left: 0 })
    }

    fn deserialize_newtype_struct<V: Visitor<'r>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == FILE {
            return visitor.visit_unit();
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit_struct<V: Visitor<'r>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_enum<V: Visitor<'r>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match variants.get(self.0) {
            Some(variant) => StrDeserializer::<Error>::new(variant).deserialize_enum(name, variants, visitor),
            None => Err(Error::missing()),
        }
    }

    // No field can be a struct, so none needs a placeholder for one.
    serde::forward_to_deserialize_any! { <V: Visitor<'r>> str string identifier struct }
}

struct Copies {
    of: Placeholder,
    left: usize,
}

impl<'r> SeqAccess<'r> for Copies {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'r>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(self.of).map(Some)
    }
}

impl<'r> MapAccess<'r> for Copies {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'r>>(&mut self, _seed: S) -> Result<Option<S::Value>, Error> {
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'r>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.of)
    }
}
