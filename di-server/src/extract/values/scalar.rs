//! What kind of text does a type want, if it is read by name?
//!
//! Asked by documentation alone, of types that have no schema of their own: a type's `Deserialize` says what it wants.

use std::cell::Cell;

use di_core::describe::Schema;
use serde::de::{DeserializeOwned, Deserializer, Visitor};

use super::error::Error;

/// The schema of a `T` that is a scalar.
pub(super) fn schema<T: DeserializeOwned>() -> Option<Schema> {
    let wanted = Cell::new(None);
    // It always fails: nothing is there to be read.
    let _ = T::deserialize(Ask(&wanted));
    wanted.take().map(Schema::Json)
}

/// Notes what it is asked for.
struct Ask<'a>(&'a Cell<Option<&'static str>>);

macro_rules! wants {
    ($($schema:literal: $($deserialize:ident),+;)*) => {
        $($(
            fn $deserialize<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
                self.0.set(Some($schema));
                Err(Error::missing())
            }
        )+)*
    };
}

impl<'de> Deserializer<'de> for Ask<'_> {
    type Error = Error;

    wants! {
        r#"{"type":"boolean"}"#: deserialize_bool;
        r#"{"type":"integer","format":"int8"}"#: deserialize_i8;
        r#"{"type":"integer","format":"int16"}"#: deserialize_i16;
        r#"{"type":"integer","format":"int32"}"#: deserialize_i32;
        r#"{"type":"integer","format":"int64"}"#: deserialize_i64;
        r#"{"type":"integer"}"#: deserialize_i128;
        r#"{"type":"integer","format":"uint8"}"#: deserialize_u8;
        r#"{"type":"integer","format":"uint16"}"#: deserialize_u16;
        r#"{"type":"integer","format":"uint32"}"#: deserialize_u32;
        r#"{"type":"integer","format":"uint64"}"#: deserialize_u64;
        r#"{"type":"integer","minimum":0}"#: deserialize_u128;
        r#"{"type":"number","format":"float"}"#: deserialize_f32;
        r#"{"type":"number","format":"double"}"#: deserialize_f64;
        r#"{"type":"string","minLength":1,"maxLength":1}"#: deserialize_char;
        r#"{"type":"string"}"#: deserialize_str, deserialize_string, deserialize_bytes, deserialize_byte_buf;
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::missing())
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'de>> unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Id(#[allow(dead_code)] u32);

    #[derive(Deserialize)]
    struct Page {
        #[allow(dead_code)]
        limit: u32,
    }

    #[test]
    fn a_scalar_says_what_it_wants() {
        fn check<T: DeserializeOwned>(expected: Option<&str>) {
            let found = match schema::<T>() {
                Some(Schema::Json(json)) => Some(json),
                _ => None,
            };
            assert_eq!(found, expected);
        }
        check::<u32>(Some(r#"{"type":"integer","format":"uint32"}"#));
        check::<Id>(Some(r#"{"type":"integer","format":"uint32"}"#));
        check::<Option<String>>(Some(r#"{"type":"string"}"#));
        check::<Page>(None);
        check::<Vec<u32>>(None);
    }
}
