//! How do the schemas of types get into a document?
//!
//! A type that is read may have another schema than the same type when it is sent: a field with a default may be left out of
//! one and is always in the other. So there are two generators of schemas, which are asked of each type in the same order: what one
//! calls by a name, so does the other. Where what they say of a type differs, what is read is called `NameInput`.
//!
//! The generators number what has one name: `Page` and `Page2`, of a `Page<User>` and a `Page<Note>`. Which is which depends on the order
//! of routes, so in the document both are called by what tells them apart: `Page_User` and `Page_Note`.

use std::{
    any::Any,
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use di_core::describe;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// Where all schemas are in the end.
const SCHEMAS: &str = "#/components/schemas/";
/// Where references point to while the document is being written, so that it is known which generator they come from.
const READ: &str = "#/components/read/";
const SENT: &str = "#/components/sent/";

/// The schema of `T`, as a description hands it on.
///
/// ```
/// use di_core::describe::Reply;
/// use http::StatusCode;
///
/// let reply = Reply::new(StatusCode::OK, "A number.").content("application/json", di_server::openapi::schema::<u32>());
/// # assert_eq!(reply.content.len(), 1);
/// ```
#[must_use]
pub const fn schema<T: JsonSchema>() -> describe::Schema {
    fn ask<T: JsonSchema>(maker: &mut dyn Any) {
        if let Some(maker) = maker.downcast_mut::<Maker>() {
            maker.make::<T>();
        }
    }
    describe::Schema::Of(ask::<T>)
}

/// What a schema is of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    /// What a client sends.
    Read,
    /// What a client is sent.
    Sent,
}

/// All schemas of a document.
pub(super) struct Schemas {
    read: Maker,
    sent: Maker,
    problem: bool,
}

struct Maker {
    generator: SchemaGenerator,
    /// The latest one.
    made: Value,
    /// Of the names of types that have been asked for: how the type is called, and what it is.
    types: BTreeMap<String, (String, String)>,
    /// The names that the document refers to; the other generator may have been asked for more.
    wanted: BTreeSet<String>,
}

impl Maker {
    fn new(settings: SchemaSettings, path: &str) -> Self {
        let path = path.trim_start_matches('#').trim_end_matches('/').to_owned();
        let settings = settings.with(|settings| {
            settings.definitions_path = path.into();
            settings.meta_schema = None;
        });
        let (types, wanted) = (BTreeMap::new(), BTreeSet::new());
        Self { generator: settings.into_generator(), made: json!({}), types, wanted }
    }

    fn make<T: JsonSchema>(&mut self) {
        self.made = self.generator.subschema_for::<T>().to_value();
        if let Some(name) = self.made.get("$ref").and_then(Value::as_str).and_then(name_of) {
            self.types.insert(name.into_owned(), (T::schema_name().into_owned(), T::schema_id().into_owned()));
        }
    }

    /// The schemas that the document refers to, and what these refer to.
    fn take_definitions(&mut self) -> Map<String, Value> {
        let mut definitions = self.generator.take_definitions(true);
        retain_reached(&mut definitions, std::mem::take(&mut self.wanted).into_iter().collect());
        definitions
    }
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = SchemaSettings::draft2020_12;
        Self {
            read: Maker::new(settings().for_deserialize(), READ),
            sent: Maker::new(settings().for_serialize(), SENT),
            problem: false,
        }
    }

    /// The schema itself, or a reference to it.
    pub(super) fn schema(&mut self, schema: describe::Schema, way: Way) -> Value {
        match schema {
            describe::Schema::Json(json) => serde_json::from_str(json).unwrap_or_else(|_| json!({})),
            describe::Schema::Of(ask) => {
                // Both, so that both number what has one name in the same way.
                ask(&mut self.read);
                ask(&mut self.sent);
                let maker = self.maker(way);
                let made = std::mem::take(&mut maker.made);
                maker.wanted.extend(references(&made).0);
                made
            }
            describe::Schema::Problem => {
                self.problem = true;
                json!({"$ref": format!("{SCHEMAS}Problem")})
            }
            _ => json!({}),
        }
    }

    /// What a schema that may be a reference says.
    pub(super) fn resolve(&mut self, schema: &Value, way: Way) -> Value {
        let definitions = self.maker(way).generator.definitions();
        let mut schema = schema;
        // A reference to a reference is one that a type's own schema makes; a cycle of them says nothing.
        for _ in 0..8 {
            let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(name_of) else { break };
            match definitions.get(name.as_ref()) {
                Some(definition) => schema = definition,
                None => return json!({}),
            }
        }
        schema.clone()
    }

    fn maker(&mut self, way: Way) -> &mut Maker {
        match way {
            Way::Read => &mut self.read,
            Way::Sent => &mut self.sent,
        }
    }

    /// The schemas by name, and what makes the references of a value point to them.
    pub(super) fn finish(mut self) -> (Map<String, Value>, Names) {
        let (read, sent) = (self.read.take_definitions(), self.sent.take_definitions());
        // What has been asked of one has been asked of the other.
        let names = Names::of(&read, &sent, &self.read.types, self.problem);
        let mut all = BTreeMap::new();
        for (definitions, renamed) in [(read, &names.read), (sent, &names.sent)] {
            for (name, mut schema) in definitions {
                names.apply(&mut schema);
                all.insert(renamed[&name].clone(), schema);
            }
        }
        if self.problem {
            all.insert("Problem".to_owned(), problem());
        }
        (all.into_iter().collect(), names)
    }
}

/// What the two generators' names are in the document.
pub(super) struct Names {
    read: BTreeMap<String, String>,
    sent: BTreeMap<String, String>,
}

impl Names {
    fn of(
        read: &Map<String, Value>,
        sent: &Map<String, Value>,
        types: &BTreeMap<String, (String, String)>,
        problem: bool,
    ) -> Self {
        let apart = apart(read, sent);
        let used = read.keys().chain(sent.keys()).map(String::as_str).collect();
        let told = told_apart(&used, types);
        let called = |name: &str| allowed(told.get(name).map_or(name, String::as_str));
        let mut taken: BTreeSet<String> = problem.then(|| "Problem".to_owned()).into_iter().collect();
        let mut free = |name: String| {
            let mut free = name.clone();
            let mut number = 2;
            while !taken.insert(free.clone()) {
                free = format!("{name}{number}");
                number += 1;
            }
            free
        };
        let sent_names: BTreeMap<_, _> = sent.keys().map(|name| (name.clone(), free(called(name)))).collect();
        let read_names = read.keys().map(|name| {
            let renamed = match sent_names.get(name) {
                Some(_) if apart.contains(name) => free(format!("{}Input", called(name))),
                Some(shared) => shared.clone(),
                None => free(called(name)),
            };
            (name.clone(), renamed)
        });
        Self { read: read_names.collect(), sent: sent_names }
    }

    /// Makes the references in `value` point to where schemas are in the end, and bounds its numbers.
    pub(super) fn apply(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.apply(item)),
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get_mut("$ref")
                    && let Some(renamed) = self.renamed(reference)
                {
                    *reference = format!("{SCHEMAS}{renamed}");
                }
                bound(object);
                object.values_mut().for_each(|value| self.apply(value));
            }
            _ => {}
        }
    }

    /// The new name of what a generator refers to; others have theirs already.
    fn renamed(&self, reference: &str) -> Option<&String> {
        let names = match reference {
            read if read.starts_with(READ) => &self.read,
            sent if sent.starts_with(SENT) => &self.sent,
            _ => return None,
        };
        names.get(name_of(reference)?.as_ref())
    }
}

/// How types are called that have one name: by their arguments, `Page_User`, or else by their modules, `users_Page`. Of a type that has
/// only been met within others nothing is known but its number.
fn told_apart<'t>(
    used: &BTreeSet<&'t str>,
    types: &'t BTreeMap<String, (String, String)>,
) -> BTreeMap<&'t str, String> {
    let mut alike: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (name, (called, id)) in types.iter().filter(|(name, _)| used.contains(name.as_str())) {
        alike.entry(called).or_default().push((name, id));
    }
    let several = alike.into_values().filter(|alike| alike.len() > 1);
    several
        .flat_map(|alike| {
            let mut short: Vec<String> = alike.iter().map(|(_, id)| readable(id, false)).collect();
            let unlike: BTreeSet<&String> = short.iter().collect();
            if unlike.len() < short.len() {
                short = alike.iter().map(|(_, id)| readable(id, true)).collect();
            }
            alike.into_iter().map(|(name, _)| name).zip(short).collect::<Vec<_>>()
        })
        .collect()
}

/// The id of a type, `krate::users::Page<krate::users::User>`, as a name: `Page_User`, or with its modules `users_Page_users_User`.
fn readable(id: &str, modules: bool) -> String {
    let words = id.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).filter(|word| !word.is_empty());
    let words = words.map(|word| {
        let path: Vec<&str> = word.split("::").collect();
        let from = if modules { path.len().min(2) - 1 } else { path.len() - 1 };
        path[from..].join("_")
    });
    words.collect::<Vec<_>>().join("_")
}

/// The names in both whose schemas differ, or refer to such.
fn apart(read: &Map<String, Value>, sent: &Map<String, Value>) -> BTreeSet<String> {
    let both: Vec<&String> = read.keys().filter(|name| sent.contains_key(*name)).collect();
    let text = |definitions: &Map<String, Value>, name: &str| definitions[name].to_string();
    let differ = |name: &&&String| text(read, name).replace(READ, SENT) != text(sent, name);
    let mut apart: BTreeSet<String> = both.iter().filter(differ).map(|name| (*name).clone()).collect();
    loop {
        let refers = |name: &&&String| !apart.contains(**name) && references(&read[**name]).any_in(&apart);
        let more: Vec<String> = both.iter().filter(refers).map(|name| (*name).clone()).collect();
        if more.is_empty() {
            return apart;
        }
        apart.extend(more);
    }
}

struct References(Vec<String>);

impl References {
    fn any_in(&self, names: &BTreeSet<String>) -> bool {
        self.0.iter().any(|name| names.contains(name))
    }
}

fn references(value: &Value) -> References {
    fn add(value: &Value, all: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| add(item, all)),
            Value::Object(object) => {
                all.extend(object.get("$ref").and_then(Value::as_str).and_then(name_of).map(Cow::into_owned));
                object.values().for_each(|value| add(value, all));
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    add(value, &mut all);
    References(all)
}

/// Takes away the schemas that nothing refers to: those of structs whose fields are parameters.
pub(super) fn retain_used<'v>(schemas: &mut Map<String, Value>, used_by: impl Iterator<Item = &'v Value>) {
    retain_reached(schemas, used_by.flat_map(|value| references(value).0).collect());
}

/// Takes away the schemas but those of the names `new`, and what these refer to.
fn retain_reached(schemas: &mut Map<String, Value>, mut new: Vec<String>) {
    let mut used = BTreeSet::new();
    while let Some(name) = new.pop() {
        if let Some(schema) = schemas.get(&name).filter(|_| !used.contains(&name)) {
            new.extend(references(schema).0);
            used.insert(name);
        }
    }
    schemas.retain(|name, _| used.contains(name));
}

/// The name that a reference of one of the generators points to.
fn name_of(reference: &str) -> Option<Cow<'_, str>> {
    let name = [READ, SENT, SCHEMAS].iter().find_map(|path| reference.strip_prefix(path))?;
    let name = di_core::route::decode(name).ok()?;
    if name.contains('~') { Some(name.replace("~1", "/").replace("~0", "~").into()) } else { Some(name) }
}

/// A name as components may have it.
fn allowed(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect()
}

/// Says of an integer of a known width which values it has, where its schema does not.
fn bound(schema: &mut Map<String, Value>) {
    let Some(format) = schema.get("format").and_then(Value::as_str) else { return };
    let (least, most) = match format {
        "int8" => (json!(i8::MIN), json!(i8::MAX)),
        "uint8" => (json!(u8::MIN), json!(u8::MAX)),
        "int16" => (json!(i16::MIN), json!(i16::MAX)),
        "uint16" => (json!(u16::MIN), json!(u16::MAX)),
        "int32" => (json!(i32::MIN), json!(i32::MAX)),
        "uint32" => (json!(u32::MIN), json!(u32::MAX)),
        "int64" => (json!(i64::MIN), json!(i64::MAX)),
        "uint64" => (json!(u64::MIN), json!(u64::MAX)),
        _ => return,
    };
    for (key, exclusive, value) in [("minimum", "exclusiveMinimum", least), ("maximum", "exclusiveMaximum", most)] {
        if !schema.contains_key(exclusive) {
            schema.entry(key).or_insert(value);
        }
    }
}

/// The schema of [`Problem`](di_core::response::Problem).
fn problem() -> Value {
    json!({
        "type": "object",
        "description": "A problem document (RFC 9457).",
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string", "description": "What kind of problem it is."},
            "status": {"type": "integer", "minimum": 100, "maximum": 599},
            "detail": {"type": "string", "description": "What went wrong this time."},
            "errors": {
                "type": "array",
                "description": "The invalid inputs, in the order in which they are declared.",
                "items": {
                    "type": "object",
                    "properties": {
                        "in": {"enum": ["path", "query", "header", "cookie", "body"]},
                        "name": {"type": "string", "description": "The input's name."},
                        "pointer": {"type": "string", "description": "Where in the body (RFC 6901)."},
                        "kind": {"type": "string", "examples": ["missing", "invalid", "repeated"]},
                        "detail": {"type": "string"},
                    },
                    "required": ["in", "kind", "detail"],
                },
            },
        },
        "required": ["type", "title", "status"],
        "examples": [{
            "type": "about:blank",
            "title": "Unprocessable Entity",
            "status": 422,
            "detail": "the request has invalid inputs",
            "errors": [{"in": "query", "name": "limit", "kind": "missing", "detail": "is required"}],
        }],
    })
}
