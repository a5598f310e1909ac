//! Is the document of this program that of RealWorld?
//!
//! `openapi.json` is RealWorld's `openapi.yml` in JSON. Operation by operation the summary, the tags, the parameters, the body, the
//! statuses, the shapes with their limits and who is let in are compared; every difference is on the list below, with the reason for it.

use std::collections::{BTreeMap, BTreeSet};

use di_server::prelude::*;
use serde_json::{Map, Value, json};

use crate::TABLE;

/// What differs, in how many of the 19 operations, and why.
const DIFFERENCES: &[(&str, usize, &str)] = &[
    ("/body/application/json/.article/is/.body/is/type: \"string\" is [\"string\",\"null\"]", 1, NULLS),
    ("/body/application/json/.article/is/.description/is/maxLength: is more", 2, LIMITS),
    ("/body/application/json/.article/is/.description/is/type: \"string\" is [\"string\",\"null\"]", 1, NULLS),
    ("/body/application/json/.article/is/.tagList/is/[]/maxLength: is more", 1, LIMITS),
    ("/body/application/json/.article/is/.tagList/is/default: is more", 1, "we say what it is when it is not there"),
    ("/body/application/json/.article/is/.tagList/is/maxItems: is more", 1, LIMITS),
    ("/body/application/json/.article/is/.title/is/maxLength: is more", 2, LIMITS),
    ("/body/application/json/.article/is/.title/is/type: \"string\" is [\"string\",\"null\"]", 1, NULLS),
    ("/body/application/json/.user/is/.bio/is/maxLength: is more", 1, LIMITS),
    ("/body/application/json/.user/is/.bio/is/type: \"string\" is [\"string\",\"null\"]", 1, NULLS),
    ("/body/application/json/.user/is/.email/is/format: is more", 2, "garde checks it, and the document says so"),
    ("/body/application/json/.user/is/.email/is/maxLength: is more", 2, LIMITS),
    ("/body/application/json/.user/is/.email/is/type: \"string\" is [\"string\",\"null\"]", 1, NULLS),
    ("/body/application/json/.user/is/.image/is/maxLength: is more", 1, LIMITS),
    ("/body/application/json/.user/is/.image/is/type: \"string\" is [\"string\",\"null\"]", 1, NULLS),
    ("/body/application/json/.user/is/.password/is/format: is more", 1, "RealWorld says so of the two other passwords"),
    ("/body/application/json/.user/is/.password/is/maxLength: is more", 3, LIMITS),
    ("/body/application/json/.user/is/.password/is/type: \"string\" is [\"string\",\"null\"]", 1, NULLS),
    ("/body/application/json/.user/is/.username/is/maxLength: is more", 2, LIMITS),
    ("/body/application/json/.user/is/.username/is/type: \"string\" is [\"string\",\"null\"]", 1, NULLS),
    ("/operationId: is another", 19, "ours are the names of the handlers, which have no option for another"),
    ("/parameters/path id/schema/format: is more", 1, WIDTHS),
    ("/parameters/query limit/schema/format: is more", 2, WIDTHS),
    ("/parameters/query offset/schema/format: is more", 2, WIDTHS),
    ("/responses/200/application/json/.article/is/.favoritesCount/is/format: is more", 4, WIDTHS),
    ("/responses/200/application/json/.articles/is/[]/.favoritesCount/is/format: is more", 2, WIDTHS),
    ("/responses/200/application/json/.articlesCount/is/format: is more", 2, WIDTHS),
    ("/responses/200/application/json/.comment/is/.id/is/format: is more", 1, WIDTHS),
    ("/responses/200/application/json/.comments/is/[]/.id/is/format: is more", 1, WIDTHS),
    ("/responses/201/application/json/.article/is/.favoritesCount/is/format: is more", 1, WIDTHS),
    ("/responses/400: is more", 6, "a body that is no JSON: a fault of another kind than a value that is not fit"),
    (
        "/responses/401/application/json: is more",
        16,
        "has a body like any other refusal; RealWorld says nothing of one",
    ),
    (
        "/responses/401: is more",
        1,
        "reading an article takes a token too, to say whether it is a favorite, and a wrong one is refused",
    ),
    ("/responses/403: is more", 3, "RealWorld asks for it in its text"),
    ("/responses/404: is more", 11, "RealWorld asks for it in its text"),
    ("/responses/408: is more", 6, "bodies have to come"),
    ("/responses/409: is more", 2, "a name or an email that is taken, told from one that is not fit"),
    ("/responses/413: is more", 6, "bodies are limited"),
    ("/responses/415: is more", 6, "bodies are JSON"),
    ("/responses/500: is more", 19, "what may fail is listed"),
    ("/responses/503: is more", 19, "the database may be out of reach, or the blocking pool be full"),
    (
        "/security: null is [{},{\"Token\":{\"scheme\":{\"in\":\"header\",\"name\":\"Authorization\",\"type\":\"apiKey\"},\"scopes\":[]}}]",
        4,
        "the token is optional, as the text says, and OpenAPI has a way to say it",
    ),
    ("/summary: null is \"Register a new user\"", 1, "RealWorld has it as the description"),
];

const LIMITS: &str = "we say how much is taken";
const WIDTHS: &str = "we say how wide a number is";
const NULLS: &str = "clients send `null` for what stays as it is";

#[test]
fn the_document_is_that_of_realworld_but_for_what_is_listed() {
    let given: Value = serde_json::from_str(include_str!("../openapi.json")).unwrap();
    let ours = TABLE.openapi().to_value();
    let (given, ours) = (operations(&given, ""), operations(&ours, "/api"));
    assert_eq!(given.len(), 19);
    assert_eq!(given.keys().collect::<Vec<_>>(), ours.keys().collect::<Vec<_>>(), "the operations");

    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, given) in &given {
        let mut differences = BTreeSet::new();
        compare("", given, &ours[name], &mut differences);
        for difference in differences {
            found.entry(difference).or_default().push(name);
        }
    }
    for (difference, operations) in &found {
        println!("{difference} ({}): {}", operations.len(), operations.join(", "));
    }
    let found: Vec<(&str, usize)> = found.iter().map(|(text, operations)| (text.as_str(), operations.len())).collect();
    let listed: Vec<(&str, usize)> = DIFFERENCES.iter().map(|&(text, count, _)| (text, count)).collect();
    assert_eq!(found, listed);
}

/// The operations of a document by method and path, each reduced to what callers depend on.
fn operations(document: &Value, prefix: &str) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix(prefix) else { continue };
        for (method, operation) in item.as_object().unwrap() {
            all.insert(format!("{} {path}", method.to_uppercase()), reduced(document, operation));
        }
    }
    all
}

fn reduced(document: &Value, operation: &Value) -> Value {
    let mut parameters = Map::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = resolve(document, parameter);
        let name = format!("{} {}", parameter["in"].as_str().unwrap(), parameter["name"].as_str().unwrap());
        let required = parameter["required"].as_bool().unwrap_or(false);
        parameters.insert(name, json!({"required": required, "schema": shape(document, &parameter["schema"])}));
    }
    let mut responses = Map::new();
    for (status, response) in operation["responses"].as_object().unwrap() {
        responses.insert(status.clone(), content(document, &resolve(document, response)["content"]));
    }
    json!({
        "operationId": operation["operationId"],
        "summary": operation["summary"].as_str().map(|summary| summary.trim_end_matches('.')),
        "tags": operation["tags"],
        "parameters": parameters,
        "body": content(document, &resolve(document, &operation["requestBody"])["content"]),
        "responses": responses,
        "security": security(document, operation),
    })
}

/// Ways to be let in; of each the schemes by name, with what they are.
fn security(document: &Value, operation: &Value) -> Value {
    let Some(ways) = operation["security"].as_array() else { return Value::Null };
    let way = |way: &Value| {
        let schemes = way.as_object().into_iter().flatten().map(|(name, scopes)| {
            let mut scheme = document["components"]["securitySchemes"][name].clone();
            scheme.as_object_mut().unwrap().remove("description");
            (name.clone(), json!({"scheme": scheme, "scopes": scopes}))
        });
        Value::Object(schemes.collect())
    };
    ways.iter().map(way).collect()
}

fn content(document: &Value, content: &Value) -> Value {
    let types = content.as_object().into_iter().flatten();
    types.map(|(name, media)| (name.clone(), shape(document, &media["schema"]))).collect::<Map<_, _>>().into()
}

fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).unwrap(),
        None => value,
    }
}

/// What a schema says of a value, types, limits and all, without what it is called and for.
fn shape(document: &Value, schema: &Value) -> Value {
    const NAMES: [&str; 5] = ["title", "description", "example", "examples", "$schema"];
    let schema = resolve(document, schema);
    let mut shape = Map::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        match key.as_str() {
            "properties" => {
                for (name, property) in value.as_object().unwrap() {
                    let required =
                        schema["required"].as_array().is_some_and(|all| all.iter().any(|other| other == name));
                    shape.insert(
                        format!(".{name}"),
                        json!({"required": required, "is": self::shape(document, property)}),
                    );
                }
            }
            "required" => {}
            "items" => drop(shape.insert("[]".to_owned(), self::shape(document, value))),
            // That a number is as large as its type says no more than the format.
            "minimum" | "maximum" if [json!(i64::MIN), json!(i64::MAX), json!(u32::MAX)].contains(value) => {}
            key if NAMES.contains(&key) => {}
            key => drop(shape.insert(key.to_owned(), value.clone())),
        }
    }
    shape.into()
}

/// Where two reduced operations differ.
fn compare(at: &str, given: &Value, ours: &Value, differences: &mut BTreeSet<String>) {
    let (Value::Object(given_map), Value::Object(our_map)) = (given, ours) else {
        if given != ours && at == "/operationId" {
            differences.insert(format!("{at}: is another"));
        } else if given != ours {
            differences.insert(format!("{at}: {given} is {ours}"));
        }
        return;
    };
    for key in given_map.keys().chain(our_map.keys()).collect::<BTreeSet<_>>() {
        let at = format!("{at}/{key}");
        match (given_map.get(key), our_map.get(key)) {
            (Some(given), Some(ours)) => compare(&at, given, ours, differences),
            (Some(_), None) => drop(differences.insert(format!("{at}: is not there"))),
            (None, _) => drop(differences.insert(format!("{at}: is more"))),
        }
    }
}
