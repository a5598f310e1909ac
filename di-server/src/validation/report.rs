//! What does a client learn of what validation has found?
//!
//! Where each fault is, in the client's own words. A report names the fields of Rust types, serde may have renamed them: so
//! names are looked for in what was sent, and taken from there if they differ in case, `_` and `-` alone.

use di_core::{graph::Rejection, response::InvalidInput};
use garde::{Report, error::Kind};
use serde_json::Value;

use crate::extract::{
    pointer,
    values::{Place, clip},
};

/// How many faults are reported at most.
const FAULTS: usize = 32;
/// How long a message may be, in characters: it may hold what the client sent.
const MESSAGE: usize = 256;

/// A step on the way to a fault: a field or key, or a place in a list.
type Step<'r> = (Kind, &'r str);

fn rejection(report: &Report, entry: impl Fn(&[Step<'_>], String) -> InvalidInput) -> Rejection {
    let faults = report.iter().take(FAULTS).map(|(path, error)| {
        let steps = path.__iter().rev().filter(|(kind, _)| *kind != Kind::None);
        let steps: Vec<Step<'_>> = steps.map(|(kind, step)| (kind, step.as_str())).collect();
        entry(&steps, clip(error.message(), MESSAGE))
    });
    Rejection::invalid(faults.collect())
}

/// The rejection of a value that was read from JSON.
pub(super) fn of_json(body: Option<&bytes::Bytes>, report: &Report) -> Rejection {
    let sent = body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or(Value::Null);
    rejection(report, |steps, message| InvalidInput::invalid("body", json_pointer(&sent, steps), message))
}

fn json_pointer(sent: &Value, steps: &[Step<'_>]) -> String {
    let (mut pointer, mut at) = (String::new(), sent);
    for (index, (kind, step)) in steps.iter().enumerate() {
        match (kind, at) {
            (Kind::Index, Value::Array(list)) => {
                pointer::push(&mut pointer, step);
                at = step.parse().ok().and_then(|index: usize| list.get(index)).unwrap_or(&Value::Null);
            }
            // A newtype, or the value of an enum's variant: JSON has no list there.
            (Kind::Index, Value::Object(_)) => {}
            (_, Value::Object(map)) => {
                let next = steps.get(index + 1).and_then(|(_, next)| like(map.keys(), next));
                match like(map.keys(), step) {
                    Some(key) => {
                        pointer::push(&mut pointer, key);
                        at = &map[key];
                    }
                    // A field that is flattened is not to be seen, what is in it is.
                    None if next.is_some() => {}
                    None => {
                        pointer::push(&mut pointer, step);
                        at = &Value::Null;
                    }
                }
            }
            _ if *kind == Kind::Index && index == 0 => {}
            _ => pointer::push(&mut pointer, step),
        }
    }
    pointer
}

/// What of `sent` is written like `name`: just so, or but for case, `_` and `-`.
fn like<'s>(sent: impl Iterator<Item = &'s String> + Clone, name: &str) -> Option<&'s str> {
    let plain =
        |text: &str| text.chars().filter(|c| !"_-".contains(*c)).flat_map(char::to_lowercase).collect::<String>();
    let mut sent = sent.map(String::as_str);
    let name_is_plain = plain(name);
    sent.clone().find(|sent| *sent == name).or_else(|| sent.find(|sent| plain(sent) == name_is_plain))
}

/// The rejection of a value that was read from a form.
pub(super) fn of_form(body: Option<&bytes::Bytes>, name: &'static str, report: &Report) -> Rejection {
    let body = body.and_then(|body| std::str::from_utf8(body).ok()).unwrap_or_default();
    of_text(Place::Form(body), name, report)
}

/// The rejection of a value that was read from text under names; `name` is the parameter's.
pub(super) fn of_text(place: Place<'_>, name: &'static str, report: &Report) -> Rejection {
    let mut sent = Vec::new();
    place.each(&mut |key, _| sent.push(key.into_owned()));
    rejection(report, |steps, message| {
        let mut keys = steps.iter().filter(|(kind, _)| *kind == Kind::Key).map(|&(_, key)| key);
        let (first, last) = (keys.next(), keys.next_back());
        // A field of a flattened struct is named by its own name alone.
        let found = [first, last].into_iter().flatten().find_map(|key| like(sent.iter(), key));
        let field = found.or(first).unwrap_or(name);
        let index = steps.iter().find(|(kind, _)| *kind == Kind::Index && first.is_some());
        let message = match index.and_then(|(_, index)| index.parse::<usize>().ok()) {
            Some(index) => format!("value {}: {message}", index + 1),
            None => message,
        };
        InvalidInput::invalid(place.location(), place.name(field), message)
    })
}
