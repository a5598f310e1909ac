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
            (Kind::Index, sent) if index == 0 || !sent.is_null() => {}
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
    // Of one value the index is that of a newtype's field.
    let several = sent.iter().filter(|key| like(std::iter::once(*key), name).is_some()).nth(1).is_some();
    rejection(report, |steps, message| {
        let mut keys = steps.iter().filter(|(kind, _)| *kind == Kind::Key).map(|&(_, key)| key);
        let (first, last) = (keys.next(), keys.next_back());
        // A field of a flattened struct is named by its own name alone.
        let found = [first, last].into_iter().flatten().find_map(|key| like(sent.iter(), key));
        let field = found.or(first).unwrap_or(name);
        let index = steps.iter().find(|(kind, _)| *kind == Kind::Index && (first.is_some() || several));
        let message = match index.and_then(|(_, index)| index.parse::<usize>().ok()) {
            Some(index) => format!("value {}: {message}", index + 1),
            None => message,
        };
        InvalidInput::invalid(place.location(), place.name(field), message)
    })
}

#[cfg(test)]
mod tests {
    use di_core::response::IntoResponse;
    use garde::Validate;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, Validate)]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code)]
    struct Basket {
        #[garde(dive)]
        first_line: Line,
        #[garde(dive)]
        other_lines: Vec<Line>,
        #[serde(flatten)]
        #[garde(dive)]
        payment: Payment,
        #[garde(dive)]
        id: Id,
    }

    #[derive(Debug, Deserialize, Validate)]
    #[allow(dead_code)]
    struct Line {
        #[garde(range(max = 10))]
        #[serde(rename = "a~m/t")]
        amount: u32,
        #[garde(range(max = 10))]
        #[serde(rename = "Weight_In-KG")]
        weight_in_kg: u32,
    }

    #[derive(Debug, Deserialize, Validate)]
    struct Payment {
        #[garde(length(max = 3))]
        iban: String,
    }

    #[derive(Debug, Deserialize, Validate)]
    struct Id(#[garde(range(min = 1))] u64);

    fn pointers<T: serde::de::DeserializeOwned + Validate<Context = ()>>(json: &'static str) -> Vec<String> {
        let value: T = serde_json::from_str(json).expect("it has its shape");
        let report = value.validate().expect_err("it is not valid");
        let text = of_json(Some(&bytes::Bytes::from_static(json.as_bytes())), &report).to_string();
        let mut pointers: Vec<_> = text.split("; ").filter_map(|entry| entry.split('`').nth(1)).collect();
        // In which order fields are looked at is garde's business.
        pointers.sort_unstable();
        pointers.into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_fault_is_pointed_at_by_the_names_that_were_sent() {
        let json = r#"{"firstLine": {"a~m/t": 1, "Weight_In-KG": 11},
            "otherLines": [{"a~m/t": 1, "Weight_In-KG": 1}, {"a~m/t": 1, "Weight_In-KG": 12}],
            "iban": "long", "id": 0}"#;
        let expected = ["/firstLine/Weight_In-KG", "/iban", "/id", "/otherLines/1/Weight_In-KG"];
        assert_eq!(pointers::<Basket>(json), expected);
        // A name that serde has made up is not to be found out.
        let json = r#"[{"a~m/t": 11, "Weight_In-KG": 1}]"#;
        assert_eq!(pointers::<Vec<Line>>(json), ["/0/amount"]);
        assert_eq!(pointers::<Id>("0"), [""]);
    }

    #[test]
    fn of_several_values_of_a_parameter_it_is_told_which_is_wrong() {
        #[derive(Validate)]
        struct Short(#[garde(length(max = 3))] String);
        let words = |words: &[&str]| words.iter().map(|word| Short((*word).to_owned())).collect::<Vec<_>>();
        let said = |query, report: Result<(), Report>| {
            of_text(Place::Query(query), "tag", &report.expect_err("it is not valid")).to_string().replace("; ", "")
        };
        let one = said("tag=long", Short("long".into()).validate());
        assert!(one.ends_with("length is greater than 3") && !one.contains("value"), "{one}");
        assert_eq!(said("tag=long", words(&["long"]).validate()), one);
        let second = said("tag=a&x=1&tag=long", words(&["a", "long"]).validate());
        assert!(second.ends_with("value 2: length is greater than 3"), "{second}");
    }

    #[test]
    fn a_report_has_no_more_entries_than_anybody_reads() {
        let mut report = Report::new();
        for index in 0..100_usize {
            report.append(garde::Path::new(index), garde::Error::new("x".repeat(1000)));
        }
        let rejection = of_json(None, &report);
        assert_eq!(rejection.to_string().split("; ").filter(|entry| !entry.is_empty()).count(), FAULTS);
        assert!(rejection.to_string().len() < FAULTS * (MESSAGE + 64));
        assert_eq!(rejection.into_response().status(), 422);
    }
}
