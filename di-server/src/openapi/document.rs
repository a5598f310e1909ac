//! How does a document come together?

use std::collections::{BTreeMap, HashMap, HashSet};

use di_core::route::{Capture, Route, Segment, TableData};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, json};

use super::{
    parameters::{self, Parameter},
    replies,
    schemas::{self, Schemas},
    security::{self, Schemes},
    text, walk,
};

/// An [OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.1.html) document.
///
/// Made by [`Table::openapi`](super::Documented::openapi). It is the same whenever it is made, so a copy under version control
/// shows what a change does to those who call the service.
#[derive(Debug, Clone, Serialize)]
pub struct OpenApi {
    openapi: &'static str,
    info: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    servers: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Value>,
    paths: Ordered<PathItem>,
    components: Components,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Schemas and security schemes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Components {
    #[serde(skip_serializing_if = "Map::is_empty")]
    schemas: Map<String, Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    security_schemes: BTreeMap<String, Value>,
}

/// The operations of a path, by method in lower case.
type PathItem = Ordered<OperationObject>;

/// An operation of a document; what is not here is in `rest`.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OperationObject {
    /// What it is called by programs.
    pub operation_id: String,
    /// What it does, on a line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// What it does, in [CommonMark](https://commonmark.org).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What it is sorted by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether it should no longer be used.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// Parameter Objects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Value>,
    /// The Request Body Object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_body: Option<Value>,
    /// Response Objects by status.
    pub responses: Map<String, Value>,
    /// Security Requirement Objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Vec<Value>>,
    /// Where its handler stands.
    #[serde(skip)]
    source: String,
    /// Anything else, such as `x-..`.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl OperationObject {
    /// What in it may refer to schemas.
    fn values(&self) -> impl Iterator<Item = &Value> {
        self.parameters.iter().chain(&self.request_body).chain(self.responses.values())
    }
}

/// A map in the order in which it was filled.
#[derive(Debug, Clone)]
struct Ordered<T>(Vec<(String, T)>);

impl<T> Ordered<T> {
    fn entry(&mut self, key: &str, new: impl FnOnce() -> T) -> &mut T {
        let at = self.0.iter().position(|(known, _)| known == key);
        let at = at.unwrap_or_else(|| {
            self.0.push((key.to_owned(), new()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }
}

impl<T: Serialize> Serialize for Ordered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

/// Methods that a path item has a place for; for others it has extensions.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The place that a path item has for a method.
fn place(method: &str) -> String {
    let method = method.to_lowercase();
    if METHODS.contains(&method.as_str()) { method } else { format!("x-{method}") }
}

/// An object that may be described.
fn described(key: &str, value: &str, description: &str) -> Value {
    if description.is_empty() { json!({key: value}) } else { json!({key: value, "description": description}) }
}

impl OpenApi {
    pub(super) fn of(table: &TableData, (name, version): (&str, &str)) -> Self {
        let mut writer = Writer::default();
        let hidden = |route: &Route<'_>| route.record().get().docs.hidden || route.groups().any(|group| group.hidden);
        for route in table.routes().filter(|route| !hidden(route)) {
            writer.route(&route);
        }
        let document = writer.finish();
        if name.is_empty() { document } else { document.title(name).version(version) }
    }

    /// What the service is called.
    #[must_use]
    pub fn title(self, title: &str) -> Self {
        self.info("title", json!(title))
    }

    /// The version of what the document describes.
    #[must_use]
    pub fn version(self, version: &str) -> Self {
        self.info("version", json!(version))
    }

    /// What the service is about, in [CommonMark](https://commonmark.org).
    #[must_use]
    pub fn description(self, description: &str) -> Self {
        self.info("description", json!(description))
    }

    /// Sets any field of the Info Object, such as `contact` or `license`.
    #[must_use]
    pub fn info(mut self, key: &str, value: Value) -> Self {
        self.info.insert(key.to_owned(), value);
        self
    }

    /// Where the service is found; without one, where the document is. The description may be empty.
    #[must_use]
    pub fn server(mut self, url: &str, description: &str) -> Self {
        self.servers.push(described("url", url, description));
        self
    }

    /// Says what a tag stands for; tags are shown in the order in which they are described. The description may be empty.
    #[must_use]
    pub fn tag(mut self, name: &str, description: &str) -> Self {
        self.tags.push(described("name", name, description));
        self
    }

    /// Sets the schema of this name, which may be there already: `Problem`, for an application that words its refusals
    /// itself.
    #[must_use]
    pub fn schema(mut self, name: &str, schema: Value) -> Self {
        self.components.schemas.insert(name.to_owned(), schema);
        self
    }

    /// Says what refusals look like where [`Settings::refusals`](crate::Settings::refusals) words them: of this media type, with
    /// the schema that is called `name` from here on.
    ///
    /// ```
    /// use di_server::prelude::*;
    /// use serde_json::json;
    ///
    /// # #[derive(Container)]
    /// # struct App {}
    /// #[get("/rows/{id}")]
    /// async fn row(id: Path<u32>) -> String {
    ///     id.to_string()
    /// }
    ///
    /// static TABLE: Table<App> = table![row];
    ///
    /// let schema = json!({"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}});
    /// let document = TABLE.openapi().refusals("application/json", "Failure", schema).to_value();
    /// let refused = &document["paths"]["/rows/{id}"]["get"]["responses"]["422"];
    /// assert_eq!(refused["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Failure");
    /// assert!(document["components"]["schemas"]["Problem"].is_null());
    /// ```
    #[must_use]
    pub fn refusals(mut self, media_type: &str, name: &str, schema: Value) -> Self {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let operations = self.paths.0.iter_mut().flat_map(|(_, item)| &mut item.0);
        for response in operations.flat_map(|(_, operation)| operation.responses.values_mut()) {
            let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else { continue };
            if content.remove("application/problem+json").is_none() {
                continue;
            }
            let schema = match content.remove(media_type) {
                Some(mut own) => json!({"anyOf": [own["schema"].take(), reference]}),
                None => reference.clone(),
            };
            content.insert(media_type.to_owned(), json!({"schema": schema}));
        }
        self.components.schemas.remove("Problem");
        self.schema(name, schema)
    }

    /// Says of each operation where its handler stands, in `x-source`: the file, as the compiler was given it, and the line.
    #[must_use]
    pub fn sources(mut self) -> Self {
        for (_, operation) in self.paths.0.iter_mut().flat_map(|(_, item)| &mut item.0) {
            operation.rest.insert("x-source".to_owned(), json!(operation.source));
        }
        self
    }

    /// Sets any other field of the document, such as `externalDocs` or `x-..`.
    ///
    /// # Panics
    ///
    /// If the document has the field by itself: `info`, `servers` and `tags` have methods of their own.
    #[must_use]
    pub fn extension(mut self, key: &str, value: Value) -> Self {
        const OWN: [&str; 6] = ["openapi", "info", "servers", "tags", "paths", "components"];
        assert!(!OWN.contains(&key), "the document has `{key}` by itself: set it by the method for it");
        self.rest.insert(key.to_owned(), value);
        self
    }

    /// Changes the operation that has this `operationId`.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn operation(mut self, id: &str, change: impl FnOnce(&mut OperationObject)) -> Self {
        let operations = self.paths.0.iter_mut().flat_map(|(_, item)| &mut item.0);
        let mut operations: Vec<&mut OperationObject> = operations.map(|(_, operation)| operation).collect();
        match operations.iter_mut().find(|operation| operation.operation_id == id) {
            Some(operation) => change(operation),
            None => {
                let known: Vec<_> =
                    operations.iter().map(|operation| format!("`{}`", operation.operation_id)).collect();
                panic!("there is no operation `{id}` in the document, which has {}", known.join(", "));
            }
        }
        self
    }

    /// What the service is called.
    #[cfg(feature = "docs")]
    pub(super) fn name(&self) -> String {
        self.info.get("title").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The origins of the servers that are elsewhere.
    #[cfg(feature = "docs")]
    pub(super) fn origins(&self) -> Vec<String> {
        let urls = self.servers.iter().filter_map(|server| server["url"].as_str()?.parse::<http::Uri>().ok());
        urls.filter_map(|url| Some(format!("{}://{}", url.scheme_str()?, url.authority()?))).collect()
    }

    /// The document as JSON, in several lines.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Its keys are strings, and nothing in it is a user's.
        let mut json = serde_json::to_string_pretty(self).expect("a document is JSON");
        json.push('\n');
        json
    }

    /// The document as a value.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("a document is JSON")
    }
}

struct Writer {
    schemas: Schemas,
    operations: Vec<Written>,
    /// The first path of each shape, and the names of its parameters: later ones have to have the same.
    paths: HashMap<String, (String, Vec<&'static str>)>,
    security_schemes: Schemes,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            schemas: Schemas::new(),
            operations: Vec::new(),
            paths: HashMap::new(),
            security_schemes: Schemes::default(),
        }
    }
}

/// An operation and where it belongs.
struct Written {
    path: String,
    /// Whether the path takes any number of segments.
    catch_all: bool,
    method: &'static str,
    operation: OperationObject,
}

impl Writer {
    fn route(&mut self, route: &Route<'_>) {
        let (meta, docs) = (route.meta(), &route.record().get().docs);
        let described = walk::operation(route);
        let names: Vec<&'static str> = route.captures().iter().map(Capture::name).collect();
        let mut parameters = parameters::parameters(&described.parameters, &names, &mut self.schemas);
        let path = self.path(route, &names, &mut parameters);
        let (summary, description) = text::paragraphs(docs.text);
        let summary = if summary.is_empty() { text::words(meta.name) } else { summary };
        let groups = route.groups().flat_map(|group| group.tags);
        let mut tags: Vec<String> = Vec::new();
        for tag in groups.chain(docs.tags) {
            if !tags.iter().any(|known| known == tag) {
                tags.push((*tag).to_owned());
            }
        }
        let operation = OperationObject {
            operation_id: if docs.id.is_empty() { meta.name } else { docs.id }.to_owned(),
            summary,
            description,
            tags,
            deprecated: docs.deprecated || route.groups().any(|group| group.deprecated),
            parameters: parameters.iter().map(Parameter::to_value).collect(),
            request_body: parameters::body(&described.bodies, &mut self.schemas),
            responses: replies::responses(&described, &mut self.schemas),
            security: security::requirements(&described.security, &route.security_scopes(), &mut self.security_schemes),
            source: meta.place.to_string(),
            rest: Map::new(),
        };
        let catch_all = matches!(meta.segments, [.., Segment::Wildcard(_)]);
        self.operations.push(Written { path, catch_all, method: meta.method, operation });
    }

    /// The path that the route's operation stands under.
    fn path(&mut self, route: &Route<'_>, names: &[&'static str], parameters: &mut [Parameter]) -> String {
        let template = text::template(&route.path().to_string());
        let (first, others) = self.paths.entry(text::shape(&template)).or_insert_with(|| (template, names.to_vec()));
        let renamed: Vec<_> = names.iter().copied().zip(others.iter().copied()).collect();
        parameters.iter_mut().for_each(|parameter| parameter.rename(&renamed));
        first.clone()
    }

    fn finish(mut self) -> OpenApi {
        self.tell_apart();
        let (mut schemas, names) = self.schemas.finish();
        let mut paths: Ordered<PathItem> = Ordered(Vec::new());
        for Written { path, .. } in &self.operations {
            paths.entry(path, || Ordered(Vec::new()));
        }
        // `/files/{name}` and `/files/{*path}` are one path here: what the first answers, the second does not.
        self.operations.sort_by_key(|written| written.catch_all);
        for Written { path, method, mut operation, .. } in self.operations {
            let values = operation.parameters.iter_mut().chain(&mut operation.request_body);
            values.chain(operation.responses.values_mut()).for_each(|value| names.apply(value));
            let item = paths.entry(&path, || Ordered(Vec::new()));
            let mut place = place(method);
            while item.0.iter().any(|(taken, _)| *taken == place) {
                place = format!("x-{place}");
            }
            item.0.push((place, operation));
        }
        let operations = paths.0.iter().flat_map(|(_, item)| item.0.iter().map(|(_, operation)| operation));
        schemas::retain_used(&mut schemas, operations.flat_map(OperationObject::values));
        let info = [("title", json!("API")), ("version", json!("0.1.0"))];
        OpenApi {
            openapi: "3.1.1",
            info: info.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            servers: Vec::new(),
            tags: Vec::new(),
            paths,
            components: Components { schemas, security_schemes: self.security_schemes.finish() },
            rest: Map::new(),
        }
    }

    /// Handlers of one name are told apart by where they are, whatever the order in which they are listed.
    fn tell_apart(&mut self) {
        let mut count: HashMap<String, usize> = HashMap::new();
        for written in &self.operations {
            *count.entry(written.operation.operation_id.clone()).or_default() += 1;
        }
        let shared = count.extract_if(|_, &mut count| count > 1).map(|(id, _)| id).collect::<HashSet<_>>();
        let mut taken: HashSet<String> = count.into_keys().collect();
        for Written { path, method, operation, .. } in &mut self.operations {
            if shared.contains(&operation.operation_id) {
                let id = format!("{}_{}", operation.operation_id, text::slug(method, path));
                let numbered = (2..).map(|number| format!("{id}_{number}"));
                let mut free = std::iter::once(id.clone()).chain(numbered).filter(|id| !taken.contains(id));
                operation.operation_id = free.next().expect("numbers do not end");
                taken.insert(operation.operation_id.clone());
            }
        }
    }
}
