//! Who stops a request, and what does the client learn?

use di_server::{Service, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Log, from_user, get, json, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
}

/// Something that the query may have refused: `?refuse=group`.
pub struct Gate<const LEVEL: usize>;

const APPLICATION: usize = 0;
const GROUP: usize = 1;
const SECOND_OF_GROUP: usize = 2;
const INNER: usize = 3;
const ROUTE: usize = 4;
const PARAMETER: usize = 5;
const LEVELS: [&str; 6] = ["application", "group", "second of group", "inner", "route", "parameter"];

#[provider]
async fn gate<const LEVEL: usize>(log: &Log, headers: &HeaderMap) -> Result<Gate<LEVEL>, Refusal> {
    log.push(LEVELS[LEVEL]);
    pause().await;
    let refused = headers.get_all("x-refuse").iter().any(|level| level == LEVELS[LEVEL]);
    if refused { Err(Refusal(LEVELS[LEVEL])) } else { Ok(Gate) }
}

/// A response of its own: status, header and body.
#[derive(Debug)]
pub struct Refusal(&'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (StatusCode::IM_A_TEAPOT, [(HeaderName::from_static("x-refused-by"), self.0)], "short and stout")
            .into_response()
    }
}

#[get("/all")]
async fn covered(gate: &Gate<PARAMETER>, log: &Log) -> &'static str {
    let _ = gate;
    log.push("handler");
    "through"
}

/// Asks for a value that is a guard above it.
#[get("/again")]
fn asks_for_its_guard(inner: &Gate<INNER>, application: &Gate<APPLICATION>, log: &Log) -> &'static str {
    let _ = (inner, application);
    log.push("handler");
    "through"
}

#[get("/beside")]
async fn beside(log: &Log) -> &'static str {
    log.push("handler");
    "through"
}

const INNER_ROUTES: Routes<App> = routes![group(guards = [Gate<ROUTE>], covered), asks_for_its_guard];

fn refusing(path: &str, levels: &[&'static str]) -> http::Request<Body> {
    let mut request = request("GET", path);
    for level in levels {
        request.headers_mut().append("x-refuse", HeaderValue::from_static(level));
    }
    request
}

async fn behaviour_08_guards_run_from_the_application_inwards_and_cover_what_is_below_them(rt: Rt) {
    let (service, log) = service(rt).await;
    get(&service, "/group/inner/all").await.is(200, "through");
    assert_eq!(log.take(), ["application", "group", "second of group", "inner", "route", "parameter", "handler"]);
    get(&service, "/group/beside").await.is(200, "through");
    assert_eq!(log.take(), ["application", "group", "second of group", "handler"]);
    get(&service, "/beside").await.is(200, "through");
    assert_eq!(log.take(), ["application", "handler"]);
}

async fn behaviour_08_a_guard_that_a_handler_asks_for_has_run_once(rt: Rt) {
    let (service, log) = service(rt).await;
    get(&service, "/group/inner/again").await.is(200, "through");
    assert_eq!(log.take(), ["application", "group", "second of group", "inner", "handler"]);
}

async fn behaviour_09_the_first_refusal_is_reported_and_nothing_after_it_runs(rt: Rt) {
    let (service, log) = service(rt).await;
    for (first, level) in LEVELS.iter().enumerate() {
        // All those after it would refuse too.
        let answer = send(&service, refusing("/group/inner/all", &LEVELS[first..])).await;
        answer.is(418, "short and stout");
        assert_eq!(answer.header("x-refused-by"), Some(*level));
        assert_eq!(log.take(), LEVELS[..=first]);
    }
}

/// Refuses in each way that a provider may be written.
pub struct Plain;
pub struct Blocking;
pub struct Transient;

fn refused(log: &Log, name: &'static str) -> Refusal {
    log.push(name);
    Refusal(name)
}

#[provider]
fn plain(log: &Log) -> Result<Plain, Refusal> {
    Err(refused(log, "plain"))
}

#[provider(blocking)]
fn blocking(log: &Log) -> Result<Blocking, Refusal> {
    Err(refused(log, "blocking"))
}

#[provider(transient)]
async fn transient(log: &Log) -> Result<Transient, Refusal> {
    pause().await;
    Err(refused(log, "transient"))
}

/// Needs one that refuses: it is not called.
pub struct Above;

#[provider]
fn above(plain: &Plain, log: &Log) -> Above {
    let _ = plain;
    log.push("above");
    Above
}

#[get("/refusing/plain")]
async fn refusing_plain(above: &Above, log: &Log) {
    let _ = above;
    log.push("handler");
}

#[get("/refusing/blocking")]
fn refusing_blocking(blocking: &Blocking, log: &Log) {
    let _ = blocking;
    log.push("handler");
}

#[get("/refusing/transient", inline)]
fn refusing_transient(transient: Transient, log: &Log) {
    let _ = transient;
    log.push("handler");
}

async fn behaviour_09_a_provider_refuses_with_its_own_response_and_the_handler_is_not_called(rt: Rt) {
    let (service, log) = service(rt).await;
    for name in ["plain", "blocking", "transient"] {
        let answer = get(&service, &format!("/refusing/{name}")).await;
        answer.is(418, "short and stout");
        assert_eq!(answer.header("x-refused-by"), Some(name));
        assert_eq!(log.take(), ["application", name]);
    }
}

pub struct Limit(u8);

#[provider]
async fn limit(limit: Query<u8>) -> Limit {
    pause().await;
    Limit(limit.0)
}

pub struct Tag(String);

#[provider]
fn tag(x_tag: Header<String>) -> Tag {
    Tag(x_tag.0)
}

#[post("/inputs")]
async fn inputs(tag: &Tag, body: Json<u8>, limit: &Limit, page: Option<Query<u8>>) -> String {
    format!("{} {} {} {:?}", tag.0, *body, limit.0, page.map(|page| page.0))
}

#[post("/inputs/secret")]
async fn secret_inputs(tag: &Tag, body: Json<u8>, limit: &Limit, token: Bearer) -> String {
    format!("{} {} {} {}", tag.0, *body, limit.0, token.token())
}

#[post("/inputs/checked")]
async fn checked_inputs(limit: &Limit, body: Json<u8>, gate: &Gate<PARAMETER>) {
    let _ = (limit, body, gate);
}

#[get("/inputs/alike")]
async fn alike(limit: Query<u8>, from: &Limit, page: Query<u8>) {
    let _ = (limit, from, page);
}

#[derive(serde::Deserialize)]
pub struct Range {
    limit: u8,
    offset: Option<u8>,
}

#[get("/inputs/alike/in/part")]
async fn alike_in_part(range: Query<Range>, limit: Query<u8>) {
    let _ = (range.limit, range.offset, limit);
}

async fn behaviour_10_what_two_functions_read_alike_is_told_once(rt: Rt) {
    let (service, _) = service(rt).await;
    assert_eq!(get(&service, "/inputs/alike").await.invalid(), ["limit", "page"]);
    assert_eq!(get(&service, "/inputs/alike?limit=x&page=x").await.invalid(), ["limit", "page"]);
    assert_eq!(get(&service, "/inputs/alike/in/part?limit=x&offset=y").await.invalid(), ["limit", "offset"]);
}

async fn behaviour_10_invalid_inputs_of_two_providers_are_told_together_in_the_order_of_declaration(rt: Rt) {
    let (service, _) = service(rt).await;
    let post = |uri: &str, body| json("POST", uri, body);
    assert_eq!(send(&service, post("/inputs?page=x", "7")).await.invalid(), ["x-tag", "limit", "page"]);
    assert_eq!(send(&service, post("/inputs?limit=300", "true")).await.invalid(), ["x-tag", "body", "limit"]);
    let mut good = post("/inputs?limit=3", "7");
    good.headers_mut().insert("x-tag", HeaderValue::from_static("blue"));
    send(&service, good).await.is(200, "blue 7 3 None");
}

/// ≠ FastAPI, which parses the body before it looks at credentials.
async fn behaviour_10_a_refusal_beats_what_is_invalid_and_credentials_come_before_the_body(rt: Rt) {
    let (service, _) = service(rt).await;
    let post = |uri: &str, body| json("POST", uri, body);
    let answer = send(&service, post("/inputs/secret", "no json")).await;
    answer.is_status(401);
    // With credentials, what is no JSON is refused; then the inputs are told.
    send(&service, from_user("ada", post("/inputs/secret", "no json"))).await.is_status(400);
    let answer = send(&service, from_user("ada", post("/inputs/secret", "-1"))).await;
    assert_eq!(answer.invalid(), ["x-tag", "body", "limit"]);
    // A provider's own refusal, though inputs are invalid to its left.
    assert_eq!(send(&service, post("/inputs/checked", "-1")).await.invalid(), ["limit", "body"]);
    let mut refused = post("/inputs/checked", "-1");
    refused.headers_mut().insert("x-refuse", HeaderValue::from_static("parameter"));
    send(&service, refused).await.is(418, "short and stout");
}

#[get("/token")]
async fn token(token: Bearer, log: &Log) -> String {
    log.push("handler");
    token.token().to_owned()
}

/// By a provider, and by a guard.
pub struct Token(String);

#[provider]
fn token_of(token: Bearer) -> Token {
    Token(token.token().to_owned())
}

#[get("/token/provided")]
fn provided_token(token: &Token, log: &Log) -> String {
    log.push("handler");
    token.0.clone()
}

#[get("/token/optional")]
async fn optional_token(token: Option<Bearer>, provided: Option<&Token>) -> String {
    let (token, provided) = (token.map(|token| token.token().to_owned()), provided.map(|token| &*token.0));
    assert_eq!(token.as_deref(), provided);
    format!("{token:?}")
}

async fn behaviour_19_without_a_bearer_token_the_answer_is_a_401_that_asks_for_one(rt: Rt) {
    let (service, log) = service(rt).await;
    let ask = |path: &str, authorization: Option<&'static str>| {
        let mut request = request("GET", path);
        if let Some(authorization) = authorization {
            request.headers_mut().insert(header::AUTHORIZATION, HeaderValue::from_static(authorization));
        }
        request
    };
    for authorization in [None, Some("Basic YWRhOmE="), Some("Digest x"), Some("Bearertoken"), Some("")] {
        for path in ["/token", "/token/provided", "/token/guarded/beside"] {
            let answer = send(&service, ask(path, authorization)).await;
            answer.is_status(401);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{path} with {authorization:?}");
            assert_eq!(log.take(), ["application"], "{path} with {authorization:?}");
        }
        send(&service, ask("/token/optional", authorization)).await.is(200, "None");
        log.take();
    }
    // A scheme is the same in any case.
    for authorization in ["Bearer mF_9.B5f-4.1JqM", "bearer mF_9.B5f-4.1JqM", "BEARER  mF_9.B5f-4.1JqM"] {
        for path in ["/token", "/token/provided"] {
            send(&service, ask(path, Some(authorization))).await.is(200, "mF_9.B5f-4.1JqM");
        }
        send(&service, ask("/token/guarded/beside", Some(authorization))).await.is(200, "through");
        send(&service, ask("/token/optional", Some(authorization))).await.is(200, "Some(\"mF_9.B5f-4.1JqM\")");
    }
}

/// ≠ FastAPI, which takes an empty token, and any characters, for a token.
async fn behaviour_19_a_malformed_bearer_token_is_refused_even_where_none_is_needed(rt: Rt) {
    let (service, log) = service(rt).await;
    for authorization in ["Bearer", "Bearer ", "Bearer a b", "Bearer {}"] {
        for path in ["/token", "/token/provided", "/token/optional", "/token/guarded/beside"] {
            let mut request = request("GET", path);
            request.headers_mut().insert(header::AUTHORIZATION, HeaderValue::from_static(authorization));
            let answer = send(&service, request).await;
            answer.is_status(401);
            let challenge = answer.header("www-authenticate").expect("it asks for a token");
            assert!(challenge.starts_with("Bearer error=\"invalid_request\""), "{path}: {challenge}");
            assert_eq!(log.take(), ["application"], "{path} with {authorization:?}");
        }
    }
}

static TABLE: Table<App> = table![group(
    guards = [Gate<APPLICATION>],
    beside,
    group(
        "/group",
        guards = [Gate<GROUP>, Gate<SECOND_OF_GROUP>],
        beside,
        group("/inner", guards = [Gate<INNER>], INNER_ROUTES),
    ),
    refusing_plain,
    refusing_blocking,
    refusing_transient,
    inputs,
    secret_inputs,
    checked_inputs,
    alike,
    alike_in_part,
    token,
    provided_token,
    optional_token,
    group("/token/guarded", guards = [Token], beside),
)];

async fn service(rt: Rt) -> (Service, Log) {
    let log = Log::default();
    let app = App::builder().log(log.clone()).runtime(rt).build().await.expect("nothing is built");
    (app.service(&TABLE), log)
}

on_every_executor![
    behaviour_08_guards_run_from_the_application_inwards_and_cover_what_is_below_them,
    behaviour_08_a_guard_that_a_handler_asks_for_has_run_once,
    behaviour_09_the_first_refusal_is_reported_and_nothing_after_it_runs,
    behaviour_09_a_provider_refuses_with_its_own_response_and_the_handler_is_not_called,
    behaviour_10_what_two_functions_read_alike_is_told_once,
    behaviour_10_invalid_inputs_of_two_providers_are_told_together_in_the_order_of_declaration,
    behaviour_10_a_refusal_beats_what_is_invalid_and_credentials_come_before_the_body,
    behaviour_19_without_a_bearer_token_the_answer_is_a_401_that_asks_for_one,
    behaviour_19_a_malformed_bearer_token_is_refused_even_where_none_is_needed,
];
