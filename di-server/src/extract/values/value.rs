//! How do the values under one name become a field?

use std::{borrow::Cow, fmt::Debug};

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::{
    error::{Error, values},
    text::Text,
};

/// A decoded value.
pub(crate) type Value<'r> = Result<Cow<'r, str>, NotText<'r>>;

/// What is no text: an error only for those who read it as one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NotText<'r> {
    /// Its bytes are not UTF-8.
    NotUtf8,
    /// It is a file.
    File(&'r dyn Offer),
}

/// A file on its way through serde, which has no type for one: what reads it asks for a newtype of the name [`FILE`], is
/// offered the file by other means, and then told that there is nothing to read.
pub(crate) trait Offer: Debug + Send + Sync {
    /// Leaves the file where its `Deserialize` takes it.
    fn offer(&self);
}

/// The name by which a file is asked for; no type of a user has it.
pub(crate) const FILE: &str = "$di_server::UploadFile";

/// All the values under one name: at least one.
#[derive(Debug)]
pub(super) struct Values<'r> {
    pub(super) first: Value<'r>,
    pub(super) rest: Vec<Value<'r>>,
    pub(super) habit: Habit,
}

/// What is peculiar to a place: what its clients do that their users can do nothing about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    None,
    /// Of several cookies of one name a scalar takes the first; elsewhere it refuses them. A browser may send two that were set for
    /// different paths, and puts the more specific first ([RFC 6265 §5.4](https://www.rfc-editor.org/rfc/rfc6265#section-5.4)).
    Cookie,
    /// An empty field is `None` for an `Option`: a browser sends each field of a form, filled in or not.
    Form,
}

impl<'r> Values<'r> {
    fn single(self) -> Result<Text<'r>, Error> {
        if self.rest.is_empty() || self.habit == Habit::Cookie { text(self.first) } else { Err(Error::repeated()) }
    }

    fn len(&self) -> usize {
        1 + self.rest.len()
    }
}

fn text(value: Value<'_>) -> Result<Text<'_>, Error> {
    value.map(Text).map_err(|not| match not {
        NotText::NotUtf8 => Error::invalid("expected UTF-8, got other bytes"),
        NotText::File(_) => Error::invalid("expected text, got a file"),
    })
}

macro_rules! single {
    ($($deserialize:ident($($arg:ident: $ty:ty),*)),*) => {
        $(
            fn $deserialize<V: Visitor<'r>>(self, $($arg: $ty,)* visitor: V) -> Result<V::Value, Error> {
                self.single()?.$deserialize($($arg,)* visitor)
            }
        )*
    };
}

impl<'r> Deserializer<'r> for Values<'r> {
    type Error = Error;

    single! {
        deserialize_bool(), deserialize_char(), deserialize_f32(), deserialize_f64(),
        deserialize_i8(), deserialize_i16(), deserialize_i32(), deserialize_i64(), deserialize_i128(),
        deserialize_u8(), deserialize_u16(), deserialize_u32(), deserialize_u64(), deserialize_u128(),
        deserialize_str(), deserialize_string(), deserialize_bytes(), deserialize_byte_buf(),
        deserialize_unit(), deserialize_unit_struct(name: &'static str), deserialize_identifier(),
        deserialize_enum(name: &'static str, variants: &'static [&'static str]),
        deserialize_struct(name: &'static str, fields: &'static [&'static str]), deserialize_map()
    }

    fn deserialize_any<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.rest.is_empty() || self.habit == Habit::Cookie {
            return self.single()?.deserialize_any(visitor);
        }
        self.deserialize_seq(visitor)
    }

    fn deserialize_seq<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        let many = self.len() > 1;
        visitor.visit_seq(Elements { first: Some(self.first), rest: self.rest.into_iter(), many, next: 0 })
    }

    fn deserialize_tuple<V: Visitor<'r>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        if self.len() != len {
            return Err(Error::invalid(format!("expected {}, got {}", values(len), values(self.len()))));
        }
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'r>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_option<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        let blank = self.rest.is_empty() && matches!(&self.first, Ok(text) if text.is_empty());
        if blank && self.habit == Habit::Form { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'r>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == FILE {
            return match (&self.first, self.rest.len()) {
                (Err(NotText::File(file)), 0) => {
                    file.offer();
                    visitor.visit_unit()
                }
                (_, 0) => Err(Error::invalid("expected a file, got text")),
                _ => Err(Error::repeated()),
            };
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'r>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

struct Elements<'r> {
    first: Option<Value<'r>>,
    rest: std::vec::IntoIter<Value<'r>>,
    /// Whether an error says which of them it is about.
    many: bool,
    next: usize,
}

impl<'r> SeqAccess<'r> for Elements<'r> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'r>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(value) = self.first.take().or_else(|| self.rest.next()) else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        let element = match value {
            Err(NotText::File(_)) => seed.deserialize(Values { first: value, rest: Vec::new(), habit: Habit::None }),
            value => text(value).and_then(|text| seed.deserialize(text)),
        };
        element.map(Some).map_err(|error| if self.many { error.of_element(index) } else { error })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(usize::from(self.first.is_some()) + self.rest.len())
    }
}
