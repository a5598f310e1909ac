//! What is wrong with a JSON body, and where?

use di_core::{
    graph::Rejection,
    response::{InvalidInput, Problem},
};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use super::{pointer, values::clip};

/// How long a message may be, in characters: it may hold what the client sent.
const MESSAGE: usize = 256;

/// The rejection of a body that was not read as a `T`.
pub(super) fn rejection<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> Rejection {
    match error.classify() {
        Category::Data => misshapen::<T>(body, error),
        Category::Syntax | Category::Eof | Category::Io => malformed(error),
    }
}

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

/// `invalid type: string "x", expected u8` the way the other extractors say it: `expected u8, got string "x"`.
fn reworded(message: &str) -> String {
    let starts = ["invalid type: ", "invalid value: ", "invalid length "];
    let rest = starts.iter().find_map(|start| message.strip_prefix(start));
    match rest.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((got, expected)) => format!("expected {expected}, got {got}"),
        None => message.to_owned(),
    }
}
