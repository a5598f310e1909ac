//! How are structs read from forms, and from the other places in which text stands under names?

use di_server::prelude::*;
use http::Request;
use serde::Deserialize;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, request, send},
};

#[derive(Container)]
pub struct App {}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(dead_code, reason = "printed by `Debug`")]
pub struct Filter {
    page_size: u8,
    #[serde(default)]
    tag: Vec<u16>,
    sort: Option<String>,
    #[serde(default = "forward")]
    direction: Direction,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Direction {
    Forward,
    Back,
}

fn forward() -> Direction {
    Direction::Forward
}

#[post("/form")]
async fn form(filter: Form<Filter>) -> String {
    format!("{:?}", *filter)
}

#[post("/query")]
async fn query(filter: Query<Filter>) -> String {
    format!("{:?}", *filter)
}

#[post("/header")]
async fn header(filter: Header<Filter>) -> String {
    format!("{:?}", *filter)
}

#[post("/cookie")]
async fn cookie(filter: Cookie<Filter>) -> String {
    format!("{:?}", *filter)
}

#[post("/optional")]
async fn optional(form: Option<Form<Filter>>) -> String {
    format!("{}", form.is_some())
}

#[post("/scalar")]
async fn scalar(name: Form<String>, size: Query<u8>) -> String {
    format!("{} {}", *name, *size)
}

static TABLE: Table<App> = table![form, query, header, cookie, optional, scalar];

async fn service(rt: Rt) -> di_server::Service {
    App::builder().runtime(rt).build().await.expect("nothing is built").service(&TABLE)
}

fn form_request(path: &str, pairs: &[(&str, &str)]) -> Request<Body> {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut request = request("POST", path).map(|_| Body::from(pairs.join("&")));
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
    request
}

/// `pairs`, sent to each place in the way that it wants.
fn everywhere(pairs: &'static [(&str, &str)]) -> [(&'static str, Request<Body>); 4] {
    let joined = |by: &str| pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(by);
    let mut header = request("POST", "/header");
    for (name, value) in pairs {
        header.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let mut cookie = request("POST", "/cookie");
    cookie.headers_mut().insert("cookie", joined("; ").parse().expect("cookies"));
    let query = request("POST", &format!("/query?{}", joined("&")));
    [("body", form_request("/form", pairs)), ("query", query), ("header", header), ("cookie", cookie)]
}

async fn behaviour_26_repeated_names_renames_defaults_and_options_are_alike_everywhere(rt: Rt) {
    let service = service(rt).await;
    let all = &[("tag", "3"), ("page-size", "7"), ("sort", "up"), ("tag", "2"), ("direction", "BACK")];
    for (_, request) in everywhere(all) {
        let expected = "Filter { page_size: 7, tag: [3, 2], sort: Some(\"up\"), direction: Back }";
        send(&service, request).await.is(200, expected);
    }
    for (_, request) in everywhere(&[("page-size", "0")]) {
        send(&service, request).await.is(200, "Filter { page_size: 0, tag: [], sort: None, direction: Forward }");
    }
}

fn entries(answer: &Answer) -> Vec<(String, String, String)> {
    answer.is_status(422);
    let problem: serde_json::Value = serde_json::from_str(&answer.body).expect("a problem is JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let entry = |entry: &serde_json::Value| {
        (text(&entry["in"]), text(entry.get("name").unwrap_or(&entry["pointer"])), text(&entry["kind"]))
    };
    problem["errors"].as_array().expect("entries").iter().map(entry).collect()
}

async fn behaviour_25_each_wrong_field_has_an_entry_that_says_where_it_is(rt: Rt) {
    let service = service(rt).await;
    for (place, request) in everywhere(&[("page-size", "256"), ("direction", "up"), ("tag", "1"), ("tag", "x")]) {
        let name = |name: &str| if place == "body" { format!("/{name}") } else { name.to_owned() };
        let expected = ["page-size", "tag", "direction"].map(|field| (place.into(), name(field), "invalid".into()));
        assert_eq!(entries(&send(&service, request).await), expected);
    }
    for (place, request) in everywhere(&[("sort", "up")]) {
        let name = if place == "body" { "/page-size" } else { "page-size" };
        assert_eq!(entries(&send(&service, request).await), [(place.into(), name.into(), "missing".into())]);
    }
    // What is wrong in the body and elsewhere is listed together.
    let both = send(&service, form_request("/scalar?size=x", &[("nam", "1")])).await;
    let entry = |place: &str, name: &str, kind: &str| (place.to_owned(), name.to_owned(), kind.to_owned());
    assert_eq!(entries(&both), [entry("body", "/name", "missing"), entry("query", "size", "invalid")]);
    send(&service, form_request("/scalar?size=2&name=query", &[("name", "a+b%21")])).await.is(200, "a b! 2");
}

async fn behaviour_27_a_form_of_another_content_type_is_a_415(rt: Rt) {
    let service = service(rt).await;
    for ty in ["application/json", "multipart/form-data; boundary=x", "text/plain"] {
        let mut request = form_request("/form", &[("page-size", "1")]);
        request.headers_mut().insert("content-type", HeaderValue::from_static(ty));
        let answer = send(&service, request).await;
        answer.is_status(415);
        assert!(answer.body.contains("application/x-www-form-urlencoded"), "{}", answer.body);
        assert_eq!(answer.header("accept"), Some("application/x-www-form-urlencoded"));
    }
}

async fn behaviour_26_a_form_that_is_not_there_is_none(rt: Rt) {
    let service = service(rt).await;
    send(&service, request("POST", "/optional")).await.is(200, "false");
    send(&service, form_request("/optional", &[("page-size", "1")])).await.is(200, "true");
    send(&service, form_request("/optional", &[("page-size", "x")])).await.is_status(422);
    send(&service, form_request("/optional", &[])).await.is(200, "false");
    send(&service, request("POST", "/form")).await.is_status(400);
}

on_every_executor![
    behaviour_26_repeated_names_renames_defaults_and_options_are_alike_everywhere,
    behaviour_25_each_wrong_field_has_an_entry_that_says_where_it_is,
    behaviour_27_a_form_of_another_content_type_is_a_415,
    behaviour_26_a_form_that_is_not_there_is_none,
];
