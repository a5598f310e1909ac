//! What are an operation's parameters?

use di_core::{describe, graph::Source};
use serde_json::{Map, Value, json};

use super::{
    schemas::{Schemas, Way},
    walk::path_names,
};

/// A parameter of an operation: one name in one place.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    place: &'static str,
    name: String,
    description: Option<String>,
    required: bool,
    deprecated: bool,
    schema: Value,
}

/// The parameters that `described` come to, once each; `captures` are those of the route's path.
pub(super) fn parameters(
    described: &[describe::Parameter],
    captures: &[&'static str],
    schemas: &mut Schemas,
) -> Vec<Parameter> {
    let mut all: Vec<Parameter> = Vec::new();
    for parameter in described {
        for one in each(parameter, captures, schemas) {
            match all.iter_mut().find(|known| known.is(one.place, &one.name)) {
                Some(known) => known.merge(one),
                None => all.push(one),
            }
        }
    }
    // What is in a path has to be described, whether anybody asks for it or not.
    let missing = captures.iter().filter(|name| !all.iter().any(|known| known.is("path", name)));
    let missing: Vec<Parameter> = missing.map(|name| Parameter::text(name)).collect();
    all.extend(missing);
    all
}

fn each(parameter: &describe::Parameter, captures: &[&'static str], schemas: &mut Schemas) -> Vec<Parameter> {
    let subject = &parameter.subject;
    let place = match parameter.source {
        Source::Path => "path",
        Source::Query => "query",
        Source::Header => "header",
        Source::Cookie => "cookie",
        _ => return Vec::new(),
    };
    let schema = schemas.schema(subject.schema, Way::Read);
    let resolved = schemas.resolve(&schema, Way::Read);
    if place == "path" {
        let names = path_names(subject.path, subject.name, captures);
        let several = !matches!(subject.path, di_core::graph::PathShape::Scalar);
        let items = resolved.get("prefixItems");
        return (names.iter().enumerate())
            .map(|(at, name)| {
                let within =
                    || resolved.get("properties").and_then(|all| all.get(name)).or(items.and_then(|all| all.get(at)));
                let schema = if several { within().cloned().unwrap_or_else(|| json!({})) } else { schema.clone() };
                Parameter::new(place, name, true, schema).described(subject.text)
            })
            .collect();
    }
    if let Some(Value::Object(properties)) = resolved.get("properties") {
        let required = required(&resolved);
        return (properties.iter())
            .map(|(name, schema)| {
                let required = subject.required && required.contains(&name.as_str());
                Parameter::new(place, name, required, schema.clone())
            })
            .collect();
    }
    if !parameter.fields.is_empty() {
        let fields = parameter.fields.iter();
        return fields
            .map(|(name, required)| Parameter::new(place, name, subject.required && *required, json!({})))
            .collect();
    }
    // A map is read from nothing as well.
    let is_map = resolved.get("type").is_some_and(|ty| ty == "object") && required(&resolved).is_empty();
    let required = subject.required && !is_map && !is_nullable(&resolved);
    vec![Parameter::new(place, subject.name, required, schema).described(subject.text)]
}

fn required(schema: &Value) -> Vec<&str> {
    let names = schema.get("required").and_then(Value::as_array);
    names.map(|names| names.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

/// Whether `null` is one of its values: text has none, so it stands for what is not there.
fn is_nullable(schema: &Value) -> bool {
    let types = schema.get("type").and_then(Value::as_array);
    let null = |schema: &Value| schema.get("type").is_some_and(|ty| ty == "null");
    types.is_some_and(|types| types.iter().any(|ty| ty == "null"))
        || schema.get("anyOf").and_then(Value::as_array).is_some_and(|any| any.iter().any(null))
}

/// Takes `null` from its values.
fn without_null(schema: &mut Value) {
    let Value::Object(object) = schema else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|ty| ty != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(any)) = object.get_mut("anyOf") {
        any.retain(|schema| schema.get("type").is_none_or(|ty| ty != "null"));
        if let [Value::Object(only)] = &any[..] {
            let only = only.clone();
            object.remove("anyOf");
            object.extend(only);
        }
    }
    if object.get("default").is_some_and(Value::is_null) {
        object.remove("default");
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
}

impl Parameter {
    /// What the schema says for people is said of the parameter.
    fn new(place: &'static str, name: &str, required: bool, mut schema: Value) -> Self {
        let name = if place == "header" { name.replace('_', "-") } else { name.to_owned() };
        without_null(&mut schema);
        let object = schema.as_object_mut();
        let (mut description, mut deprecated) = (None, false);
        if let Some(object) = object.filter(|object| !object.contains_key("$ref") || object.len() > 1) {
            description = object.remove("description").and_then(|text| text.as_str().map(str::to_owned));
            deprecated = object.remove("deprecated").is_some_and(|deprecated| deprecated == true);
        }
        // A list is of one value a line, and the document knows only such as are joined by commas: so it tells of one line.
        if place == "header"
            && schema.get("type").is_some_and(|ty| ty == "array")
            && let Some(items) = schema.get_mut("items")
        {
            schema = items.take();
        }
        Self { place, name, description, required, deprecated, schema }
    }

    /// A parameter of the path that nobody reads.
    fn text(name: &str) -> Self {
        Self::new("path", name, true, json!({"type": "string"}))
    }

    fn described(mut self, text: &str) -> Self {
        if !text.is_empty() {
            self.description = Some(text.to_owned());
        }
        self
    }

    fn is(&self, place: &str, name: &str) -> bool {
        let same = if place == "header" { self.name.eq_ignore_ascii_case(name) } else { self.name == name };
        self.place == place && same
    }

    /// Takes in what another function says of the same parameter.
    fn merge(&mut self, other: Self) {
        self.required |= other.required;
        self.deprecated &= other.deprecated;
        self.description = self.description.take().or(other.description);
        let says_nothing = |schema: &Value| *schema == json!({}) || *schema == json!({"type": "string"});
        if self.schema == other.schema || says_nothing(&other.schema) {
            return;
        }
        self.schema = if says_nothing(&self.schema) {
            other.schema
        } else {
            json!({"allOf": [self.schema.take(), other.schema]})
        };
    }

    /// Gives a parameter of the path the name that another operation has for it.
    pub(super) fn rename(&mut self, names: &[(&str, &str)]) {
        if self.place == "path"
            && let Some((_, to)) = names.iter().find(|(from, _)| *from == self.name)
        {
            self.name = (*to).to_owned();
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let mut object = Map::new();
        object.insert("name".to_owned(), json!(self.name));
        object.insert("in".to_owned(), json!(self.place));
        if let Some(description) = &self.description {
            object.insert("description".to_owned(), json!(description));
        }
        if self.required {
            object.insert("required".to_owned(), json!(true));
        }
        if self.deprecated {
            object.insert("deprecated".to_owned(), json!(true));
        }
        object.insert("schema".to_owned(), self.schema.clone());
        Value::Object(object)
    }
}

/// Media types of bodies that have fields, whatever they are read as.
const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/// Whether a schema is that of one value, or of a list of such.
fn is_single(schema: &Value) -> bool {
    let types = schema.get("type").map(|ty| ty.as_array().map_or(std::slice::from_ref(ty), Vec::as_slice));
    types.is_some_and(|types| types.iter().all(|ty| ty != "object"))
}

/// The request's body, if `described` says that there is one.
pub(super) fn body(described: &[describe::Body], schemas: &mut Schemas) -> Option<Value> {
    let mut content = Map::new();
    for body in described {
        let mut schema = schemas.schema(body.subject.schema, Way::Read);
        let resolved = schemas.resolve(&schema, Way::Read);
        if FORMS.contains(&body.media_type) && is_single(&resolved) {
            // What is no struct is the field of the parameter's name.
            let required = body.subject.required && !is_nullable(&resolved);
            let required = if required { vec![body.subject.name] } else { Vec::new() };
            schema = json!({"type": "object", "properties": {body.subject.name: schema}, "required": required});
        }
        content.entry(body.media_type).or_insert_with(|| json!({"schema": schema}));
    }
    if content.is_empty() {
        return None;
    }
    let mut object = Map::new();
    let texts = described.iter().map(|body| body.subject.text);
    if let Some(text) = texts.into_iter().find(|text| !text.is_empty()) {
        object.insert("description".to_owned(), json!(text));
    }
    object.insert("content".to_owned(), Value::Object(content));
    if described.iter().any(|body| body.subject.required) {
        object.insert("required".to_owned(), json!(true));
    }
    Some(Value::Object(object))
}
