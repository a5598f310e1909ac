//! Schemas of types, and what becomes of types that have none.

use std::collections::HashMap;

use di_server::{openapi::JsonSchema, prelude::*};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::app::{document, parameters, statuses};

#[derive(Container)]
struct App {}

/// Somebody.
#[derive(Serialize, Deserialize, JsonSchema)]
struct User {
    name: String,
    /// Years.
    age: Option<u8>,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Team {
    users: Vec<User>,
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    /// How many at most.
    limit: u32,
    #[serde(default)]
    tag: Vec<String>,
    before: Option<String>,
}

#[derive(Deserialize)]
struct Plain {
    limit: u32,
    before: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Unknown {
    name: String,
}

#[derive(Deserialize, PathParams, JsonSchema)]
struct Place {
    team: u64,
    user: String,
}

#[post("/teams")]
async fn add(team: Json<Team>) -> Result<(StatusCode, Json<Team>), Problem> {
    Ok((StatusCode::CREATED, team))
}

#[post("/renamed")]
async fn renamed(name: Form<String>) -> NoContent {
    let _ = name;
    NoContent
}

#[get("/filtered")]
async fn filtered(filter: Query<Filter>) -> Option<Json<User>> {
    let _ = (filter.limit, &filter.tag, &filter.before);
    None
}

#[get("/plain")]
async fn plain(plain: Query<Plain>, x: Option<Header<Plain>>) -> String {
    let _ = (plain.limit, &plain.before, x);
    String::new()
}

#[post("/text")]
async fn text(body: String) -> String {
    body
}

#[post("/raw")]
async fn raw(body: Bytes) -> Bytes {
    body
}

#[derive(Deserialize, JsonSchema)]
struct Lists {
    x_ids: Option<Vec<u8>>,
}

#[get("/lists")]
async fn lists(x_list: Option<Header<Vec<u8>>>, lists: Header<Lists>, list: Query<Vec<u8>>) -> String {
    let _ = (x_list, &lists.x_ids, list);
    String::new()
}

#[get("/map")]
async fn map(all: Query<HashMap<String, u8>>) -> String {
    all.len().to_string()
}

#[post("/unknown")]
async fn unknown(body: Option<Json<Unknown>>) -> Json<Unknown> {
    Json(body.map_or_else(|| Unknown { name: String::new() }, |body| body.0))
}

#[get("/at/{team}/{user}")]
async fn by_fields(place: Path<Place>) -> Json<String> {
    let _ = place.team;
    Json(place.0.user)
}

#[get("/by/{team}/{user}")]
async fn by_position(place: Path<(u64, String)>) -> StatusCode {
    let _ = place;
    StatusCode::NO_CONTENT
}

#[get("/books/{id}")]
async fn book(id: Path<uuid::Uuid>, edition: Query<uuid::Uuid>) -> StatusCode {
    let _ = (id, edition);
    StatusCode::NO_CONTENT
}

#[get("/rest/{x}/{*rest}")]
async fn unread() -> Result<Vec<u8>, std::io::Error> {
    Ok(Vec::new())
}

type Written<T> = Result<Json<T>, (StatusCode, Json<Unknown>)>;

#[get("/alias")]
async fn alias() -> Written<User> {
    Err((StatusCode::CONFLICT, Json(Unknown { name: String::new() })))
}

static TABLE: Table<App> =
    table![add, renamed, filtered, plain, lists, text, raw, map, unknown, by_fields, by_position, unread, alias, book];

#[test]
fn a_type_that_is_read_and_sent_in_two_forms_has_two_schemas() {
    let document = document(&TABLE);
    let add = &document["paths"]["/teams"]["post"];
    let body = &add["requestBody"];
    assert_eq!(body["required"], true);
    // `Team` itself says the same of both ways, but the users in it do not.
    assert_eq!(body["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/TeamInput");
    assert_eq!(add["responses"]["2XX"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Team");
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["TeamInput"]["properties"]["users"]["items"]["$ref"], "#/components/schemas/UserInput");
    assert_eq!(schemas["UserInput"]["required"], json!(["name"]));
    assert_eq!(schemas["User"]["required"], json!(["name", "age", "tags"]));
    assert_eq!(schemas["User"]["description"], "Somebody.");
    assert_eq!(statuses(add), ["2XX", "400", "408", "413", "415", "422", "default"]);
    assert!(!document.to_string().contains("#/components/read"), "{document:#}");
    assert!(!document.to_string().contains("#/components/sent"), "{document:#}");
}

#[test]
fn fields_of_a_struct_are_parameters() {
    let document = document(&TABLE);
    let filtered = &document["paths"]["/filtered"]["get"];
    assert_eq!(parameters(filtered), ["query before", "query limit!", "query tag"]);
    let limit = &filtered["parameters"][1];
    assert_eq!(limit["description"], "How many at most.");
    assert_eq!(limit["schema"], json!({"type": "integer", "format": "uint32", "minimum": 0, "maximum": u32::MAX}));
    // Text has no `null`.
    assert_eq!(filtered["parameters"][0]["schema"], json!({"type": "string"}));
    assert_eq!(statuses(filtered), ["200", "404", "422"]);
}

#[test]
fn a_uuid_is_a_text_of_that_format() {
    let document = document(&TABLE);
    let parameters = document["paths"]["/books/{id}"]["get"]["parameters"].as_array().expect("it has two");
    let schemas: Vec<_> = parameters.iter().map(|parameter| &parameter["schema"]).collect();
    assert_eq!(schemas, [&json!({"type": "string", "format": "uuid"}); 2]);
}

#[test]
fn a_list_of_headers_is_described_by_one_of_its_lines() {
    let document = document(&TABLE);
    let described = document["paths"]["/lists"]["get"]["parameters"].as_array().expect("parameters");
    let types: Vec<_> = described.iter().map(|one| (one["name"].as_str(), one["schema"]["type"].as_str())).collect();
    let (integer, array) = (Some("integer"), Some("array"));
    assert_eq!(types, [(Some("x-list"), integer), (Some("x-ids"), integer), (Some("list"), array)]);
}

#[test]
fn a_body_of_any_bytes_may_be_empty_and_may_break_off() {
    for path in ["/raw", "/text"] {
        let operation = &document(&TABLE)["paths"][path]["post"];
        assert_eq!(operation["requestBody"]["required"], json!(null));
        assert!(operation["responses"]["400"].is_object(), "{operation}");
    }
}

#[test]
fn a_single_value_of_a_form_is_the_field_of_its_name() {
    let document = document(&TABLE);
    let content = &document["paths"]["/renamed"]["post"]["requestBody"]["content"];
    let schema = json!({"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]});
    assert_eq!(content, &json!({"application/x-www-form-urlencoded": {"schema": schema}}));
}

#[test]
fn a_map_is_read_from_nothing_too() {
    assert_eq!(parameters(&document(&TABLE)["paths"]["/map"]["get"]), ["query all"]);
}

#[test]
fn a_type_without_a_schema_is_described_by_what_serde_tells() {
    let document = document(&TABLE);
    let plain = &document["paths"]["/plain"]["get"];
    assert_eq!(parameters(plain), ["query limit!", "query before", "header limit", "header before"]);
    let unknown = &document["paths"]["/unknown"]["post"];
    assert_eq!(unknown["requestBody"], json!({"content": {"application/json": {"schema": {}}}}));
    assert_eq!(unknown["responses"]["200"]["content"], json!({"application/json": {"schema": {}}}));
}

#[test]
fn parameters_of_a_path_are_described_whoever_reads_them() {
    let document = document(&TABLE);
    let by_fields = &document["paths"]["/at/{team}/{user}"]["get"];
    assert_eq!(parameters(by_fields), ["path team!", "path user!"]);
    assert_eq!(by_fields["parameters"][0]["schema"]["type"], "integer");
    let by_position = &document["paths"]["/by/{team}/{user}"]["get"];
    assert_eq!(by_position["parameters"], by_fields["parameters"]);
    let unread = &document["paths"]["/rest/{x}/{rest}"]["get"];
    assert_eq!(parameters(unread), ["path x!", "path rest!"]);
}

#[test]
fn responses_are_what_the_return_type_may_become() {
    let document = document(&TABLE);
    let get = |path: &str| &document["paths"][path]["get"];
    // Any success, and whatever else a handler may put into a `StatusCode`.
    assert_eq!(statuses(get("/by/{team}/{user}")), ["2XX", "422", "default"]);
    assert_eq!(statuses(get("/rest/{x}/{rest}")), ["200", "500"]);
    assert_eq!(get("/rest/{x}/{rest}")["responses"]["200"]["content"]["application/octet-stream"]["schema"], json!({}));
    let alias = get("/alias");
    assert_eq!(statuses(alias), ["200", "default"]);
    assert_eq!(alias["responses"]["200"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/User");
}

mod homework {
    use super::*;

    /// Not the framework's.
    #[derive(Serialize, JsonSchema)]
    pub(super) struct Problem {
        equation: String,
    }

    #[get("/homework/{number}")]
    pub(super) async fn homework(number: Path<u8>) -> Json<Problem> {
        Json(Problem { equation: format!("x = {}", number.0) })
    }
}

#[test]
fn a_type_of_ones_own_does_not_take_the_place_of_the_frameworks() {
    static TABLE: Table<App> = table![homework::homework];
    let document = document(&TABLE);
    let responses = &document["paths"]["/homework/{number}"]["get"]["responses"];
    let schema = |status: &str, kind: &str| {
        let reference = responses[status]["content"][kind]["schema"]["$ref"].as_str().expect("a reference");
        document.pointer(reference.trim_start_matches('#')).expect("it is there").clone()
    };
    assert!(schema("200", "application/json")["properties"]["equation"].is_object());
    assert!(schema("422", "application/problem+json")["properties"]["status"].is_object());
}

/// Types of one name: an envelope of two, and two modules' own.
mod named {
    use super::{App, Deserialize, JsonSchema, Serialize};
    use di_server::prelude::*;

    #[derive(Serialize, Deserialize, JsonSchema)]
    pub(super) struct Envelope<T> {
        data: T,
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    pub(super) struct Cat {
        lives: u8,
        #[serde(default)]
        name: String,
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    pub(super) struct Dog {
        tricks: u8,
    }

    pub(super) mod asked {
        #[derive(super::Deserialize, super::JsonSchema)]
        pub(crate) struct Walk {
            pub(crate) minutes: u8,
        }
    }

    pub(super) mod told {
        #[derive(super::Serialize, super::JsonSchema)]
        pub(crate) struct Walk {
            pub(crate) steps: u32,
        }
    }

    #[post("/cats")]
    pub(super) async fn cat(body: Json<Envelope<Cat>>) -> Json<Envelope<Cat>> {
        body
    }

    #[post("/dogs")]
    pub(super) async fn dog(body: Json<Envelope<Dog>>) -> Json<Envelope<Dog>> {
        body
    }

    #[get("/dogs")]
    pub(super) async fn dogs() -> Json<Envelope<Dog>> {
        Json(Envelope { data: Dog { tricks: 1 } })
    }

    #[post("/walks")]
    pub(super) async fn walk(walk: Json<asked::Walk>) -> Json<told::Walk> {
        Json(told::Walk { steps: u32::from(walk.minutes) * 100 })
    }
}

#[test]
fn types_of_one_name_are_told_apart_whatever_the_order_of_routes() {
    use named::{cat, dog, dogs, walk};
    static ONE: Table<App> = table![cat, dog, dogs, walk];
    static OTHER: Table<App> = table![walk, dogs, dog, cat];
    let (one, other) = (document(&ONE), document(&OTHER));
    assert_eq!(one, other);
    let names: Vec<&String> = one["components"]["schemas"].as_object().expect("schemas").keys().collect();
    let of_ours: Vec<_> = names.into_iter().filter(|name| *name != "Problem").collect();
    let walks = ["schemas_named_asked_Walk", "schemas_named_told_Walk"];
    let expected = ["Cat", "CatInput", "Dog", "Envelope_Cat", "Envelope_CatInput", "Envelope_Dog"];
    assert_eq!(of_ours, [&expected[..], &walks].concat());
    let body = |path: &str| one["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"].clone();
    assert_eq!(body("/cats"), json!({"$ref": "#/components/schemas/Envelope_CatInput"}));
    assert_eq!(body("/dogs"), json!({"$ref": "#/components/schemas/Envelope_Dog"}));
    // Of one alone there is nothing to be told apart.
    static ALONE: Table<App> = table![dog];
    assert!(document(&ALONE)["components"]["schemas"]["Envelope"].is_object());
}
