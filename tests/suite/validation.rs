//! Is what was read looked at, without being asked?

use di_server::{InvalidInput, prelude::*};
use garde::Validate;
use http::Request;
use serde::Deserialize;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, from_user, get, json, request, send},
};

#[derive(Container)]
pub struct App {
    words: Words,
}

/// Those that nobody may say.
pub struct Words(&'static str);

#[provider(singleton)]
fn words() -> Words {
    Words("sausage")
}

/// What this user may not say, which is known once the user is.
pub struct Rules {
    word: &'static str,
    user: String,
}

#[provider]
async fn rules(token: Bearer, words: &Words) -> Rules {
    Rules { word: words.0, user: token.token().to_owned() }
}

#[derive(Deserialize, Validate)]
#[garde(context(Rules))]
pub struct Comment {
    #[garde(custom(decent))]
    text: String,
}

fn decent(text: &str, rules: &Rules) -> garde::Result {
    if text.contains(rules.word) {
        Err(garde::Error::new(format!("{} says `{}`", rules.user, rules.word)))
    } else {
        Ok(())
    }
}

#[post("/comments")]
async fn comment(page: Query<Page>, comment: Valid<Json<Comment>>, rules: &Rules) -> String {
    format!("{} {} {}", rules.user, page.page_size, comment.text)
}

/// It needs nothing to be validated with, and is read as what has rules all the same.
#[post("/lines")]
async fn line(line: Valid<Json<Line>>, page: Valid<Query<Page>>) -> String {
    format!("{} {}", line.amount, page.page_size)
}

/// An input of the application's own: what it finds wrong joins what others do.
pub struct Even(u32);

#[provider]
fn even(number: Query<u32>) -> Result<Even, Rejection> {
    let wrong = || Rejection::invalid(vec![InvalidInput::invalid("query", "number", "is odd")]);
    if number.is_multiple_of(2) { Ok(Even(*number)) } else { Err(wrong()) }
}

/// Absent where there is no such header.
pub struct Trace(String);

#[provider]
fn trace(headers: &HeaderMap) -> Result<Trace, Rejection> {
    let header = headers.get("x-trace").ok_or_else(|| Rejection::missing("header", "x-trace"))?;
    let text = header.to_str().map_err(|_| Rejection::refused(Problem::new(StatusCode::BAD_REQUEST)))?;
    Ok(Trace(text.to_owned()))
}

#[get("/even")]
async fn halves(even: &Even, page: Query<Page>, trace: Option<&Trace>) -> String {
    format!("{} {} {}", even.0 / 2, page.page_size, trace.map_or("-", |trace| &trace.0))
}

#[get("/traced")]
async fn traced(trace: &Trace, page: Query<Page>) -> String {
    format!("{} {}", trace.0, page.page_size)
}

#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    #[garde(length(min = 1, max = 8))]
    customer_name: String,
    #[garde(dive, length(max = 2))]
    order_lines: Vec<Line>,
    #[garde(dive)]
    #[serde(default)]
    ship_to: Option<Address>,
}

#[derive(Deserialize, Validate)]
pub struct Line {
    #[garde(range(min = 1, max = 10))]
    #[serde(rename = "a/b")]
    amount: u32,
}

#[derive(Deserialize, Validate)]
pub struct Address {
    #[garde(ascii)]
    #[allow(dead_code, reason = "it is there to be validated")]
    city: String,
}

#[derive(Deserialize, Validate)]
pub struct Page {
    #[garde(range(max = 100))]
    #[serde(rename = "page-size")]
    page_size: u32,
    #[garde(inner(ascii))]
    #[serde(default)]
    tag: Vec<String>,
}

#[derive(Deserialize, Validate, PathParams)]
pub struct Id(#[garde(range(min = 1))] u64);

#[post("/orders/{id}")]
async fn order(page: Query<Page>, id: Path<Id>, order: Json<Order>) -> String {
    let lines = order.order_lines.len();
    format!("{} {} {} {lines} {}", page.page_size, id.0.0, order.customer_name, order.ship_to.is_some())
}

#[post("/form")]
async fn form(page: Form<Page>) -> String {
    page.tag.join(" ")
}

#[post("/header")]
async fn header(page: Header<Page>, other: Cookie<Page>) -> String {
    format!("{} {}", page.page_size, other.page_size)
}

#[post("/optional")]
async fn optional(page: Option<Query<Page>>) -> String {
    page.is_some().to_string()
}

#[post("/value")]
async fn value(page: Result<Query<Page>, Rejection>) -> String {
    page.map_or_else(|rejection| rejection.to_string(), |page| page.page_size.to_string())
}

#[post("/unvalidated")]
async fn unvalidated(page: Query<Wrapped>) -> String {
    page.0.0.page_size.to_string()
}

/// A type of its own that is not `Validate`.
#[derive(Deserialize)]
pub struct Wrapped(Page);

#[derive(Provider)]
pub struct Paged {
    page: Query<Page>,
}

pub struct Limit(u32);

#[provider]
fn limit(page: Query<Page>) -> Limit {
    Limit(page.page_size)
}

#[post("/provided")]
async fn provided(paged: Paged, limit: &Limit) -> String {
    format!("{} {}", paged.page.page_size, limit.0)
}

static TABLE: Table<App> =
    table![order, form, header, optional, value, unvalidated, provided, comment, line, halves, traced];

async fn service(rt: Rt) -> di_server::Service {
    App::builder().runtime(rt).build().await.expect("nothing is built").service(&TABLE)
}

fn entries(answer: &Answer) -> Vec<String> {
    answer.is_status(422);
    let problem: serde_json::Value = serde_json::from_str(&answer.body).expect("a problem is JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let name = |entry: &serde_json::Value| text(entry.get("name").unwrap_or(&entry["pointer"]));
    let entry =
        |entry: &serde_json::Value| format!("{} {}: {}", text(&entry["in"]), name(entry), text(&entry["detail"]));
    problem["errors"].as_array().expect("entries").iter().map(entry).collect()
}

async fn behaviour_25_what_validation_finds_joins_the_one_422(rt: Rt) {
    let service = service(rt).await;
    let good = r#"{"customerName": "ada", "orderLines": [{"a/b": 1}], "shipTo": {"city": "Bern"}}"#;
    send(&service, json("POST", "/orders/1?page-size=7", good)).await.is(200, "7 1 ada 1 true");
    let bad = r#"{"customerName": "", "orderLines": [{"a/b": 1}, {"a/b": 11}], "shipTo": {"city": "Zürich"}}"#;
    let answer = send(&service, json("POST", "/orders/0?page-size=101&tag=a&tag=%C3%A4", bad)).await;
    let expected = [
        "query page-size: greater than 100",
        "query tag: value 2: not ascii",
        "path id: lower than 1",
        "body /customerName: length is lower than 1",
        "body /orderLines/1/amount: greater than 10",
        "body /shipTo/city: not ascii",
    ];
    assert_eq!(entries(&answer), expected);
    // What cannot be read at all and what is not valid stand side by side, in the order of declaration.
    let answer = send(&service, json("POST", "/orders/x?page-size=101", r#"{"orderLines": []}"#)).await;
    let expected = [
        "query page-size: greater than 100",
        "path id: expected an integer from 0 to 18446744073709551615, got `x`",
        "body /customerName: is required",
    ];
    assert_eq!(entries(&answer), expected);
}

fn with(name: &'static str, value: &'static str, mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().append(name, HeaderValue::from_static(value));
    request
}

async fn behaviour_25_forms_headers_and_cookies_are_validated(rt: Rt) {
    let service = service(rt).await;
    let form = |body: &'static str| {
        with("content-type", "application/x-www-form-urlencoded", request("POST", "/form").map(|_| Body::from(body)))
    };
    send(&service, form("page-size=100&tag=a&tag=b")).await.is(200, "a b");
    let answer = send(&service, form("page-size=101&tag=%C3%A4")).await;
    assert_eq!(entries(&answer), ["body /page-size: greater than 100", "body /tag: value 1: not ascii"]);
    let both = |header, cookie| with("page-size", header, with("cookie", cookie, request("POST", "/header")));
    send(&service, both("100", "page-size=1")).await.is(200, "100 1");
    let answer = send(&service, both("101", "page-size=102")).await;
    assert_eq!(entries(&answer), ["header page-size: greater than 100", "cookie page-size: greater than 100"]);
}

async fn behaviour_26_what_is_there_and_invalid_is_refused_though_it_may_be_absent(rt: Rt) {
    let service = service(rt).await;
    send(&service, request("POST", "/optional")).await.is(200, "false");
    send(&service, request("POST", "/optional?page-size=100")).await.is(200, "true");
    let answer = send(&service, request("POST", "/optional?page-size=101")).await;
    assert_eq!(entries(&answer), ["query page-size: greater than 100"]);
    send(&service, request("POST", "/value?page-size=100")).await.is(200, "100");
    send(&service, request("POST", "/value?page-size=101")).await.is(200, "query `page-size` greater than 100; ");
    send(&service, request("POST", "/unvalidated?page-size=101")).await.is(200, "101");
}

async fn behaviour_10_inputs_of_providers_are_validated(rt: Rt) {
    let service = service(rt).await;
    send(&service, request("POST", "/provided?page-size=100")).await.is(200, "100 100");
    let answer = send(&service, request("POST", "/provided?page-size=101")).await;
    assert_eq!(entries(&answer), ["query page-size: greater than 100"], "told once, though two have read it");
}

async fn behaviour_25_a_context_of_validation_is_a_dependency(rt: Rt) {
    let service = service(rt).await;
    let said = |query: &str, body: &'static str| {
        send(&service, from_user("ada", json("POST", &format!("/comments?page-size={query}"), body)))
    };
    said("7", r#"{"text":"hello"}"#).await.is(200, "ada 7 hello");
    let answer = said("101", r#"{"text":"you sausage"}"#).await;
    let expected = ["query page-size: greater than 100", "body /text: ada says `sausage`"];
    assert_eq!(entries(&answer), expected);
    // The context refuses: nothing is read.
    send(&service, json("POST", "/comments?page-size=7", "{")).await.is_status(401);
}

async fn what_needs_no_context_may_be_read_as_valid(rt: Rt) {
    let service = service(rt).await;
    send(&service, json("POST", "/lines?page-size=7", r#"{"a/b":3}"#)).await.is(200, "3 7");
    let answer = send(&service, json("POST", "/lines?page-size=101", r#"{"a/b":11}"#)).await;
    assert_eq!(entries(&answer), ["body /amount: greater than 10", "query page-size: greater than 100"]);
}

async fn behaviour_10_an_input_of_ones_own_joins_the_one_422(rt: Rt) {
    let service = service(rt).await;
    get(&service, "/even?number=4&page-size=7").await.is(200, "2 7 -");
    let answer = get(&service, "/even?number=3&page-size=101").await;
    assert_eq!(entries(&answer), ["query number: is odd", "query page-size: greater than 100"]);
    // What is not there is `None`, and for who needs it one more entry.
    assert_eq!(get(&service, "/traced?page-size=101").await.invalid(), ["x-trace", "page-size"]);
    let mut request = request("GET", "/even?number=4&page-size=7");
    request.headers_mut().insert("x-trace", "a".parse().unwrap());
    send(&service, request).await.is(200, "2 7 a");
    let mut request = crate::support::request("GET", "/even?number=3&page-size=101");
    request.headers_mut().insert("x-trace", http::HeaderValue::from_bytes(b"\xff").unwrap());
    send(&service, request).await.is_status(400);
}

on_every_executor![
    behaviour_25_a_context_of_validation_is_a_dependency,
    what_needs_no_context_may_be_read_as_valid,
    behaviour_10_an_input_of_ones_own_joins_the_one_422,
    behaviour_25_what_validation_finds_joins_the_one_422,
    behaviour_25_forms_headers_and_cookies_are_validated,
    behaviour_26_what_is_there_and_invalid_is_refused_though_it_may_be_absent,
    behaviour_10_inputs_of_providers_are_validated,
];
