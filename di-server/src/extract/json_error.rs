//! What is wrong with a JSON body, and where?

use std::borrow::Cow;

use di_core::{
    graph::Rejection,
    response::{InvalidInput, Problem},
};
use http::StatusCode;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::{Path, Segment};

use super::{pointer, values::clip};

/// How long a message may be, in characters: it may hold what the client sent.
const MESSAGE: usize = 256;

/// The rejection of a body that was not read as a `T`.
pub(super) fn rejection<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> Rejection {
    // serde_json calls the syntax wrong where it is the shape, of enums for instance, and stops at the first mistake of either.
    match serde_json::from_slice::<IgnoredAny>(body) {
        // It does not look into the text that it passes over.
        Ok(_) => match std::str::from_utf8(body) {
            Ok(_) => misshapen::<T>(body, error),
            Err(error) => not_utf8(error.valid_up_to()),
        },
        Err(error) => malformed(&error),
    }
}

/// RFC 8259 §8.1: JSON is UTF-8.
fn not_utf8(offset: usize) -> Rejection {
    let detail = format!("malformed JSON: byte {offset}, counted from 0, starts no character of UTF-8");
    Rejection::refused(Problem::new(StatusCode::BAD_REQUEST).detail(detail))
}

/// How serde_json begins what it says of a key.
const WRONG_KEY: &str = "invalid value: expected key ";

fn malformed(error: &serde_json::Error) -> Rejection {
    let (line, column) = (error.line(), error.column());
    let message = clip(&message(error), MESSAGE);
    let detail = format!("malformed JSON at line {line}, column {column}: {message}");
    Rejection::refused(Problem::new(StatusCode::BAD_REQUEST).detail(detail))
}

/// Reads the body again to learn where the error is: keeping track of it costs 83 allocations on 1 kB, so that bodies that
/// are as they should be do not pay for it.
fn misshapen<T: DeserializeOwned>(body: &[u8], first: &serde_json::Error) -> Rejection {
    let mut json = serde_json::Deserializer::from_slice(body);
    let entry = match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Err(error) => entry(pointer(error.path()), &message(error.inner())),
        // Only a `Deserialize` that is not deterministic comes here.
        Ok(_) => entry(String::new(), &message(first)),
    };
    Rejection::invalid(vec![entry])
}

/// The JSON pointer of a path.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer::push(&mut pointer, &index.to_string()),
            Segment::Map { key } | Segment::Enum { variant: key } => pointer::push(&mut pointer, key),
            // A key that is no string, which JSON does not have, or what tracking has lost: point at what is around it.
            Segment::Unknown => break,
        }
    }
    pointer
}

/// What serde_json says, without the place.
fn message(error: &serde_json::Error) -> String {
    let mut message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    if message.ends_with(&place) {
        message.truncate(message.len() - place.len());
    }
    message
}

/// The entry for an error at `pointer`; serde's own messages are put in our words, a type's are left alone.
fn entry(mut pointer: String, message: &str) -> InvalidInput {
    if let Some(field) = quoted(message, "missing field ") {
        pointer::push(&mut pointer, field);
        return InvalidInput::missing("body", pointer);
    }
    if let Some(field) = quoted(message, "duplicate field ") {
        if !pointer.ends_with(&format!("/{field}")) {
            pointer::push(&mut pointer, field);
        }
        let message = "is given more than once".to_owned();
        return InvalidInput { location: "body", name: pointer, kind: "repeated", message };
    }
    InvalidInput::invalid("body", pointer, clip(&reworded(message), MESSAGE))
}

/// The name in a message that is `start` and a name in backticks.
fn quoted<'m>(message: &'m str, start: &str) -> Option<&'m str> {
    message.strip_prefix(start)?.strip_prefix('`')?.strip_suffix('`')
}

/// `invalid type: string "x", expected u8` the way the other extractors say it: `expected an integer from 0 to 255, got
/// string "x"`.
fn reworded(message: &str) -> String {
    if message.starts_with("data did not match any variant of ") {
        return "has none of the forms that it may have".to_owned();
    }
    if message.starts_with(WRONG_KEY) {
        return "expected a number as the key".to_owned();
    }
    // Where the shape is wrong and the syntax is not.
    match message {
        "expected value" => return "is none of the values that it may be".to_owned(),
        "recursion limit exceeded" => return "is nested too deeply".to_owned(),
        "trailing characters" => return "has more elements than it may have".to_owned(),
        _ => {}
    }
    let starts = ["invalid type: ", "invalid value: ", "invalid length "];
    let rest = starts.iter().find_map(|start| message.strip_prefix(start));
    match rest.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((got, expected)) => format!("expected {}, got {}", in_json(expected), in_json(got)),
        None => message.to_owned(),
    }
}

/// What serde calls something, in the words of JSON: what the program calls its types is not the client's business.
pub(super) fn in_json(words: &str) -> Cow<'_, str> {
    macro_rules! integer {
        ($($ty:ident)*) => {
            match words {
                $(stringify!($ty) => return format!("an integer from {} to {}", $ty::MIN, $ty::MAX).into(),)*
                _ => {}
            }
        };
    }
    integer!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
    let named = NAMED.iter().find(|(kind, _)| words.starts_with(kind));
    match (named, words) {
        // A length is wrong, and this is how many there should be.
        (Some(_), _) if words.contains(" with ") => words.rsplit(" with ").next().unwrap_or(words).into(),
        (Some((_, plain)), _) => (*plain).into(),
        (None, "f32" | "f64") => "a number".into(),
        (None, "unit") => "null".into(),
        (None, "sequence" | "a sequence") => "an array".into(),
        (None, "map" | "a map") => "an object".into(),
        (None, words) => words.into(),
    }
}

/// How serde begins what ends in a type's name, and what that is to a client.
const NAMED: [(&str, &str); 8] = [
    ("struct ", "an object"),
    ("internally tagged enum ", "an object"),
    ("adjacently tagged enum ", "an object"),
    ("tuple struct ", "an array"),
    ("tuple variant ", "an array"),
    ("unit struct ", "null"),
    ("unit variant ", "null"),
    ("enum ", "a string or an object"),
];
