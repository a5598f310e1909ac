use std::fmt::Write as _;

use serde_json::Value;

use crate::extract::pointer;

/// Says where two values differ, a line each with a JSON pointer ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)).
pub(super) fn differences(expected: &Value, actual: &Value) -> String {
    let mut lines = String::new();
    compare("", expected, actual, &mut lines);
    lines
}

fn compare(at: &str, expected: &Value, actual: &Value, lines: &mut String) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (key, value) in expected {
                let at = pointer::below(at, key);
                match actual.get(key) {
                    Some(other) => compare(&at, value, other, lines),
                    None => line(lines, &at, &format!("expected {value}, and there is nothing")),
                }
            }
            for (key, value) in actual.iter().filter(|(key, _)| !expected.contains_key(*key)) {
                let at = pointer::below(at, key);
                line(lines, &at, &format!("expected nothing, got {value}"));
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            for (index, value) in expected.iter().enumerate() {
                let at = format!("{at}/{index}");
                match actual.get(index) {
                    Some(other) => compare(&at, value, other, lines),
                    None => line(lines, &at, &format!("expected {value}, and there is nothing")),
                }
            }
            for (index, value) in actual.iter().enumerate().skip(expected.len()) {
                line(lines, &format!("{at}/{index}"), &format!("expected nothing, got {value}"));
            }
        }
        (expected, actual) if expected == actual => {}
        (expected, actual) => line(lines, at, &format!("expected {expected}, got {actual}")),
    }
}

fn line(lines: &mut String, at: &str, what: &str) {
    let at = if at.is_empty() { "the whole" } else { at };
    let _ = writeln!(lines, "  {at}: {what}");
}
