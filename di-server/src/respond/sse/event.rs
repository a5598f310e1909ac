use std::{
    fmt::{self, Write as _},
    time::Duration,
};

use serde::Serialize;

/// One event: data, and if they are set its name, its id, and how long a client waits before it comes again.
///
/// What is set twice is sent twice; clients take the last, and put all data together.
///
/// ```
/// use di_server::prelude::*;
///
/// let event = Event::data("two\nlines").name("news").id(7);
/// assert_eq!(event.as_str(), "data: two\ndata: lines\nevent: news\nid: 7\n");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an event is sent by a stream"]
pub struct Event(String);

impl Event {
    /// An event with this data; lines end in `\n`, `\r` or `\r\n`, and come out with `\n`.
    pub fn data(data: impl fmt::Display) -> Self {
        let mut event = Self(String::new());
        event.lines("data", &data.to_string());
        event
    }

    /// An event with `value` as JSON for data.
    ///
    /// # Errors
    ///
    /// If it cannot be written as JSON.
    pub fn json(value: &(impl Serialize + ?Sized)) -> Result<Self, serde_json::Error> {
        // JSON has no line breaks where it is not asked for them.
        Ok(Self(format!("data: {}\n", serde_json::to_string(value)?)))
    }

    /// A comment, which clients pass over.
    pub fn comment(text: impl fmt::Display) -> Self {
        let mut event = Self(String::new());
        event.lines("", &text.to_string());
        event
    }

    /// Sets the event's name; without one it is `message`. Line breaks are left out.
    pub fn name(mut self, name: impl fmt::Display) -> Self {
        self.line("event", &name.to_string());
        self
    }

    /// Sets the id, by which a client that comes again says what it has got. Line breaks and NUL are left out.
    pub fn id(mut self, id: impl fmt::Display) -> Self {
        self.line("id", &id.to_string());
        self
    }

    /// Sets how long a client that has lost its connection waits before it comes again, in whole milliseconds.
    pub fn retry(mut self, after: Duration) -> Self {
        self.line("retry", &after.as_millis().to_string());
        self
    }

    /// The event as it is sent, without the empty line after it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A field of one line: a line break in its value would begin another field.
    fn line(&mut self, field: &str, value: &str) {
        let value = value.replace(['\n', '\r', '\0'], "");
        let _ = writeln!(self.0, "{field}: {value}");
    }

    fn lines(&mut self, field: &str, value: &str) {
        for line in value.replace("\r\n", "\n").split(['\n', '\r']) {
            let _ = writeln!(self.0, "{field}: {line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a client makes of an event: name, id, data.
    fn parse(text: &str) -> (Option<String>, Option<String>, Option<String>) {
        let (mut name, mut id, mut data) = (None, None, None::<String>);
        for line in text.replace("\r\n", "\n").split(['\n', '\r']) {
            let (field, value) = line.split_once(": ").unwrap_or((line, ""));
            match field {
                "event" => name = Some(value.to_owned()),
                "id" => id = Some(value.to_owned()),
                "data" => data = Some(data.map_or(value.to_owned(), |data| data + "\n" + value)),
                _ => assert!(field.is_empty(), "{line:?} is no field"),
            }
        }
        (name, id, data)
    }

    #[test]
    fn fields_are_lines() {
        let event = Event::data("x").name("n").id("i").retry(Duration::from_millis(1500));
        assert_eq!(event.as_str(), "data: x\nevent: n\nid: i\nretry: 1500\n");
        assert_eq!(Event::data("").as_str(), "data: \n");
        assert_eq!(Event::comment("a\nb").as_str(), ": a\n: b\n");
        assert_eq!(Event::json("a\nb").expect("JSON").as_str(), "data: \"a\\nb\"\n");
    }

    #[test]
    fn no_value_begins_another_field() {
        let event = Event::data("a\rb\r\nc").name("x\ndata: evil").id("1\r\n\r\ndata: evil\0");
        assert_eq!(event.as_str(), "data: a\ndata: b\ndata: c\nevent: xdata: evil\nid: 1data: evil\n");
    }

    proptest! {
        #[test]
        fn a_client_gets_what_was_sent(data in any::<String>(), name in "[^\r\n\0]*", id in "[^\r\n\0]*") {
            let event = Event::data(&data).name(&name).id(&id);
            let data = data.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(parse(event.as_str()), (Some(name), Some(id), Some(data)));
        }
    }
}
