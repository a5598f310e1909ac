//! The document as a whole, and what is written about operations.

use di_server::prelude::*;
use serde_json::json;

use crate::app::{document, parameters};

#[derive(Container)]
pub(crate) struct App {}

mod other {
    use super::App;
    use di_server::prelude::*;

    #[get("/other")]
    pub(crate) async fn list() {}
}

/// Lists all of it,
/// in order.
///
/// At most a *hundred*.
#[get("/", tags = ["lists"])]
async fn list(
    /// Where to start.
    offset: Query<u32>,
) -> String {
    offset.to_string()
}

#[deprecated]
#[get("/old/{id}")]
async fn old(id: Path<u32>) -> String {
    id.to_string()
}

#[put("/old/{number}", deprecated)]
async fn put_old(number: Path<u32>) -> String {
    number.to_string()
}

#[route("/cache", method = "PURGE", operation_id = "purgeCache")]
async fn purge() {}

#[get("/hidden", hidden)]
async fn hidden() {}

#[get("/metrics")]
async fn metrics() {}

#[get("/things")]
async fn things() {}

static TABLE: Table<App> = table![
    group("/a", tags = ["a", "lists"], list),
    other::list,
    old,
    put_old,
    purge,
    hidden,
    group("/internal", hidden = true, group("/deep", hidden = false, metrics)),
    group("/v1", deprecated = true, hidden = false, things),
];

#[test]
fn a_group_is_left_out_or_about_to_go_as_a_whole() {
    let document = document(&TABLE);
    let paths = document["paths"].as_object().expect("paths");
    assert!(!paths.keys().any(|path| path.starts_with("/internal")), "{:?}", paths.keys());
    assert_eq!(paths["/v1/things"]["get"]["deprecated"], true);
    assert_eq!(paths["/a/"]["get"]["deprecated"], json!(null));
}

#[test]
fn a_comment_is_summary_and_description() {
    let document = document(&TABLE);
    let list = &document["paths"]["/a/"]["get"];
    assert_eq!(list["summary"], "Lists all of it, in order");
    assert_eq!(list["description"], "At most a *hundred*.");
    assert_eq!(list["parameters"][0]["description"], "Where to start.");
    assert_eq!(list["tags"], json!(["a", "lists"]));
    assert_eq!(list["operationId"], "list_get_a");
    // Without one it is the name in words.
    assert_eq!(document["paths"]["/old/{id}"]["put"]["summary"], "Put old");
}

#[test]
fn an_operation_has_its_handlers_name_and_where_two_have_one_its_place_as_well() {
    let document = document(&TABLE);
    let id = |path: &str, method: &str| document["paths"][path][method]["operationId"].clone();
    assert_eq!(id("/old/{id}", "get"), "old");
    assert_eq!(id("/a/", "get"), "list_get_a");
    assert_eq!(id("/other", "get"), "list_get_other");
}

mod users {
    use super::*;

    #[get("/users/me")]
    pub(crate) async fn me() {}
}

/// Read as `users::me` where signs are left out.
#[get("/users/{me}")]
async fn me(me: Path<String>) -> String {
    me.0
}

#[get("/files/{*path}")]
async fn file(path: Path<String>) -> String {
    path.0
}

#[get("/files/{name}")]
async fn folder(name: Path<String>) -> String {
    name.0
}

#[test]
fn operations_that_would_be_one_are_told_apart() {
    static TABLE: Table<App> = table![users::me, me, file, folder];
    let document = document(&TABLE);
    let id = |path: &str, method: &str| document["paths"][path][method]["operationId"].clone();
    assert_eq!(id("/users/me", "get"), "me_get_users_me");
    assert_eq!(id("/users/{me}", "get"), "me_get_users_me_2");
    // For OpenAPI the two paths are one: the method is that of the route which goes first.
    assert_eq!(document["paths"]["/files/{name}"], json!(null));
    assert_eq!(id("/files/{path}", "get"), "folder");
    assert_eq!(id("/files/{path}", "x-get"), "file");
    assert_eq!(parameters(&document["paths"]["/files/{path}"]["get"]), ["path path!"]);
}

#[test]
fn deprecation_is_said_by_either_attribute() {
    let document = document(&TABLE);
    let old = &document["paths"]["/old/{id}"];
    assert_eq!((&old["get"]["deprecated"], &old["put"]["deprecated"]), (&json!(true), &json!(true)));
    assert_eq!(document["paths"]["/other"]["get"]["deprecated"], json!(null));
}

#[test]
fn one_path_has_one_name_for_a_parameter() {
    let document = document(&TABLE);
    assert_eq!(document["paths"]["/old/{number}"], json!(null));
    assert_eq!(parameters(&document["paths"]["/old/{id}"]["put"]), ["path id!"]);
}

#[test]
fn a_method_without_a_place_of_its_own_is_an_extension_and_what_is_hidden_is_not_there() {
    let document = document(&TABLE);
    assert_eq!(document["paths"]["/cache"]["x-purge"]["operationId"], "purgeCache");
    assert_eq!(document["paths"]["/hidden"], json!(null));
}

#[test]
fn paths_are_in_the_order_of_the_table() {
    let json = TABLE.openapi().to_json();
    let places: Vec<_> =
        ["/a/", "/other", "/old/{id}", "/cache"].map(|path| json.find(&format!("\"{path}\": {{"))).into();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{places:?}");
    assert_eq!(json, TABLE.openapi().to_json());
}

#[test]
fn the_document_is_of_the_package_unless_it_is_told_otherwise() {
    let document = TABLE.openapi();
    assert_eq!(document.to_value()["info"], json!({"title": "di-tests", "version": env!("CARGO_PKG_VERSION")}));
    let document = document
        .title("Lists")
        .version("2.0")
        .description("All of them.")
        .info("license", json!({"name": "MIT"}))
        .server("https://example.com", "the one")
        .server("/api", "")
        .tag("lists", "What is listed.")
        .tag("caches", "")
        .extension("x-logo", json!("logo.svg"))
        .operation("purgeCache", |operation| operation.summary = "Forget".to_owned());
    let value = document.to_value();
    assert_eq!(value["openapi"], "3.1.1");
    assert_eq!(value["info"]["description"], "All of them.");
    assert_eq!(value["servers"], json!([{"url": "https://example.com", "description": "the one"}, {"url": "/api"}]));
    assert_eq!(value["tags"], json!([{"name": "lists", "description": "What is listed."}, {"name": "caches"}]));
    assert_eq!(value["x-logo"], "logo.svg");
    assert_eq!(value["paths"]["/cache"]["x-purge"]["summary"], "Forget");
}

#[test]
fn sources_are_said_of_those_who_ask() {
    let document = TABLE.openapi();
    assert_eq!(document.to_value()["paths"]["/cache"]["x-purge"]["x-source"], json!(null));
    let document = document.sources().schema("Problem", json!({"type": "string"})).to_value();
    let source = document["paths"]["/cache"]["x-purge"]["x-source"].as_str().expect("a source").to_owned();
    assert!(source.contains("documents.rs:"), "{source}");
    assert_eq!(document["components"]["schemas"]["Problem"], json!({"type": "string"}));
}

#[test]
#[should_panic(expected = "the document has `tags` by itself")]
fn what_is_there_is_no_extension() {
    let _ = TABLE.openapi().extension("tags", json!([]));
}

#[test]
#[should_panic(expected = "there is no operation `none` in the document")]
fn what_is_not_there_cannot_be_changed() {
    let _ = TABLE.openapi().operation("none", |_| {});
}
