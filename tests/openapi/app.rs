//! Helpers: a document, and what is in it.

use di_server::{Table, openapi::Documented};
use serde_json::Value;

/// The document of `table` as a value.
pub(crate) fn document<C>(table: &Table<C>) -> Value {
    table.openapi().to_value()
}

/// The names of an operation's parameters, with where they are and `!` for those that are required.
#[track_caller]
pub(crate) fn parameters(operation: &Value) -> Vec<String> {
    let all = operation["parameters"].as_array().cloned().unwrap_or_default();
    let one = |parameter: &Value| {
        let required = if parameter["required"] == true { "!" } else { "" };
        format!("{} {}{required}", parameter["in"].as_str().unwrap(), parameter["name"].as_str().unwrap())
    };
    all.iter().map(one).collect()
}

/// The statuses of an operation's responses.
#[track_caller]
pub(crate) fn statuses(operation: &Value) -> Vec<&str> {
    operation["responses"].as_object().expect("responses").keys().map(String::as_str).collect()
}
