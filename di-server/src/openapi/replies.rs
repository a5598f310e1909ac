//! Which responses does an operation have?

use std::collections::BTreeMap;

use di_core::describe::{Operation, Reply, Schema, Status};
use serde_json::{Map, Value, json};

use super::schemas::{Schemas, Way};

/// What is said of one status.
#[derive(Default)]
struct Merged {
    descriptions: Vec<String>,
    content: Vec<(&'static str, Vec<Value>)>,
    headers: Map<String, Value>,
    open: bool,
}

/// The responses by status, each once.
pub(super) fn responses(operation: &Operation, schemas: &mut Schemas) -> Map<String, Value> {
    let mut all: BTreeMap<Status, Merged> = BTreeMap::new();
    for reply in &operation.replies {
        all.entry(reply.status).or_default().add(reply, schemas);
    }
    for (_, merged) in all.iter_mut().filter(|(status, _)| is_success(**status)) {
        merged.headers(&operation.success_headers, schemas);
    }
    if all.is_empty() {
        let nothing = Merged { descriptions: vec!["Another response.".to_owned()], ..Merged::default() };
        all.insert(Status::Other, nothing);
    }
    all.into_iter().map(|(status, merged)| (key(status), merged.into_value())).collect()
}

fn is_success(status: Status) -> bool {
    match status {
        Status::Code(code) => code.is_success(),
        Status::Success => true,
        Status::Redirection | Status::Other => false,
    }
}

fn key(status: Status) -> String {
    match status {
        Status::Code(code) => code.as_str().to_owned(),
        Status::Success => "2XX".to_owned(),
        Status::Redirection => "3XX".to_owned(),
        Status::Other => "default".to_owned(),
    }
}

impl Merged {
    fn add(&mut self, reply: &Reply, schemas: &mut Schemas) {
        if !reply.description.is_empty() && !self.descriptions.iter().any(|known| *known == reply.description) {
            self.descriptions.push(reply.description.to_string());
        }
        self.open |= reply.open;
        for &(media_type, schema) in &reply.content {
            let schema = schemas.schema(schema, Way::Sent);
            match self.content.iter_mut().find(|(known, _)| *known == media_type) {
                Some((_, known)) if known.contains(&schema) => {}
                Some((_, known)) => known.push(schema),
                None => self.content.push((media_type, vec![schema])),
            }
        }
        self.headers(&reply.headers, schemas);
    }

    fn headers(&mut self, headers: &[(&'static str, &'static str, Schema)], schemas: &mut Schemas) {
        for &(name, description, schema) in headers {
            let schema = schemas.schema(schema, Way::Sent);
            self.headers.insert(name.to_owned(), json!({"description": description, "schema": schema}));
        }
    }

    fn into_value(self) -> Value {
        let mut object = Map::new();
        object.insert("description".to_owned(), json!(self.descriptions.join(" ")));
        if !self.headers.is_empty() {
            object.insert("headers".to_owned(), Value::Object(self.headers));
        }
        // Of a body that may be anything, to name some forms would be to rule out others.
        if !self.open && !self.content.is_empty() {
            let content = self.content.into_iter().map(|(media_type, mut schemas)| {
                let schema = match schemas.len() {
                    1 => schemas.remove(0),
                    _ => json!({"anyOf": schemas}),
                };
                (media_type.to_owned(), json!({"schema": schema}))
            });
            object.insert("content".to_owned(), Value::Object(content.collect()));
        }
        Value::Object(object)
    }
}
