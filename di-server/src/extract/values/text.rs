//! How does one text become a scalar?
//!
//! Numbers as Rust parses them, but for infinities and NaN, which no handler expects. Booleans as FastAPI reads them:
//! `true`, `t`, `yes`, `y`, `on`, `1` and their opposites, in any case.

use std::{borrow::Cow, fmt::Display, str::FromStr};

use serde::de::{Deserializer, IntoDeserializer, Visitor, value::CowStrDeserializer};

use super::{error::Error, value::FILE};

/// A decoded text on its way to be a scalar.
pub(super) struct Text<'r>(pub(super) Cow<'r, str>);

macro_rules! integers {
    ($($deserialize:ident $visit:ident $ty:ident),*) => {
        $(
            fn $deserialize<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
                visitor.$visit(integer(&self.0, $ty::MIN, $ty::MAX)?)
            }
        )*
    };
}

impl<'r> Deserializer<'r> for Text<'r> {
    type Error = Error;

    integers! {
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_i128 visit_i128 i128,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_u128 visit_u128 u128
    }

    fn deserialize_f32<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f32(float(&self.0)?)
    }

    fn deserialize_f64<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(float(&self.0)?)
    }

    fn deserialize_bool<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(boolean(&self.0)?)
    }

    fn deserialize_char<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_char(character(&self.0)?)
    }

    fn deserialize_any<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_bytes<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_bytes(text.as_bytes()),
            Cow::Owned(text) => visitor.visit_byte_buf(text.into_bytes()),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'r>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == FILE {
            return Err(Error::invalid("expected a file, got text"));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'r>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let variant: CowStrDeserializer<'_, Error> = self.0.into_deserializer();
        variant.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_unit<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_empty() { visitor.visit_unit() } else { Err(Error::expected("an empty value", &self.0)) }
    }

    fn deserialize_unit_struct<V: Visitor<'r>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    // What has parts of its own is handed the text, and says by its visitor what it expected instead.
    serde::forward_to_deserialize_any! { <V: Visitor<'r>> str string seq tuple tuple_struct map struct identifier }
}

fn integer<T: FromStr>(text: &str, min: impl Display, max: impl Display) -> Result<T, Error> {
    text.parse().map_err(|_| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let expected = format_args!("an integer from {min} to {max}");
        if whole { Error::out_of_range(expected, text) } else { Error::expected(expected, text) }
    })
}

fn float<T: FromStr + Into<f64> + Copy>(text: &str) -> Result<T, Error> {
    match text.parse::<T>() {
        Ok(number) if number.into().is_finite() => Ok(number),
        // `1e999` parses to an infinity, `inf` is written as one.
        Ok(_) if text.bytes().any(|byte| byte.is_ascii_digit()) => Err(Error::out_of_range("a finite number", text)),
        _ => Err(Error::expected("a number", text)),
    }
}

fn boolean(text: &str) -> Result<bool, Error> {
    let is = |words: [&str; 6]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "1", "yes", "on", "t", "y"]) {
        Ok(true)
    } else if is(["false", "0", "no", "off", "f", "n"]) {
        Ok(false)
    } else {
        Err(Error::expected("`true` or `false`", text))
    }
}

fn character(text: &str) -> Result<char, Error> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(Error::expected("one character", text)),
    }
}
