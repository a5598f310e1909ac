//! What becomes of inputs that are invalid or absent?

use std::borrow::Cow;

use di_server::prelude::*;
use uuid::Uuid;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Log, Refused, from_user, get, json, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
}

#[derive(Provider)]
pub struct Page {
    limit: Query<u32>,
    offset: Option<Query<u32>>,
}

pub struct Region(String);

#[provider]
fn region(log: &Log, x_region: Header<u16>) -> Region {
    log.push("region");
    Region(x_region.to_string())
}

pub struct Independent;

#[provider]
async fn independent(log: &Log) -> Independent {
    log.push("independent");
    Independent
}

pub struct Strict;

#[provider]
async fn strict(reject: Option<Query<bool>>) -> Result<Strict, Refused> {
    if reject.is_some() { Err(Refused(409)) } else { Ok(Strict) }
}

/// Of a type that says nothing of paths.
#[derive(serde::Deserialize, PathParams)]
#[path_params(scalar)]
pub struct Name(std::path::PathBuf);

#[get("/names/{name}")]
async fn name(name: Path<Name>) -> String {
    name.0.0.display().to_string()
}

#[get("/books/{id}")]
async fn book(id: Path<Uuid>, editions: Query<Vec<Uuid>>) -> String {
    format!("{} {:?} {}", *id, *editions, book::uri(*id))
}

/// Inputs of the handler, of a struct and of a provider, mixed with what has none.
#[get("/{id}")]
async fn many(
    first: Query<u8>,
    region: &Region,
    page: Page,
    independent: &Independent,
    strict: &Strict,
    id: Path<u32>,
    last: Cookie<i8>,
    log: &Log,
) -> String {
    let _ = (independent, strict);
    log.push("handler");
    let offset = page.offset.map(|offset| offset.0);
    format!("{} {} {} {offset:?} {} {}", *first, region.0, *page.limit, *id, *last)
}

async fn behaviour_10_all_invalid_inputs_form_one_422_in_the_order_of_declaration(rt: Rt) {
    let (service, log) = service(rt).await;
    let all = send(&service, request("GET", "/x?first=300&offset=y")).await;
    assert_eq!(all.invalid(), ["first", "x-region", "limit", "offset", "id", "last"]);
    assert_eq!(log.take(), ["independent"], "invalid inputs block their users alone");
    let some = send(&service, request("GET", "/1?first=3&limit=-1")).await;
    assert_eq!(some.invalid(), ["x-region", "limit", "last"]);
    assert_eq!(log.take(), ["independent"]);
    let mut good = request("GET", "/7?first=1&limit=2");
    good.headers_mut().insert("x-region", 3.into());
    good.headers_mut().insert("cookie", "last=-4".parse().expect("static"));
    send(&service, good).await.is(200, "1 3 2 None 7 -4");
    assert_eq!(log.take(), ["region", "independent", "handler"]);
}

async fn behaviour_10_a_refusal_beats_pending_422s(rt: Rt) {
    let (service, log) = service(rt).await;
    get(&service, "/x?reject=true").await.is_status(409);
    // The input of what would refuse is itself invalid: then nobody refuses.
    assert!(get(&service, "/x?reject=maybe").await.invalid().contains(&"reject".to_owned()));
    assert_eq!(log.take(), ["independent"; 2]);
}

#[post("/body/{id}")]
async fn with_body(body: Json<u32>, id: Path<u32>) -> String {
    format!("{} {}", *body, *id)
}

async fn an_invalid_body_stands_where_it_was_declared(rt: Rt) {
    let (service, _) = service(rt).await;
    let answer = send(&service, json("POST", "/body/x", "\"no number\"")).await;
    assert_eq!(answer.invalid(), ["body", "id"]);
    // What is no JSON is refused, and that beats what is invalid.
    send(&service, json("POST", "/body/x", "nope")).await.is_status(400);
    send(&service, json("POST", "/body/4", "2")).await.is(200, "2 4");
}

#[derive(Debug)]
pub struct User(String);

#[provider]
async fn user(token: Bearer) -> Result<User, Refused> {
    if token.token() == "mallory" { Err(Refused(403)) } else { Ok(User(token.token().to_owned())) }
}

pub struct Greeting(String);

#[provider]
fn greeting(user: Option<&User>) -> Greeting {
    Greeting(user.map_or_else(|| "hello".to_owned(), |user| format!("hello {}", user.0)))
}

#[get("/optional/user")]
async fn optional_user(user: Option<&User>, greeting: &Greeting) -> String {
    format!("{} {}", user.is_some(), greeting.0)
}

#[get("/optional/query")]
async fn optional_query(limit: Option<Query<u32>>) -> String {
    format!("{:?}", limit.map(|limit| limit.0))
}

#[get("/optional/both")]
async fn optional_and_required(maybe: Option<&User>, user: &User) -> String {
    format!("{} {}", maybe.is_some(), user.0)
}

#[post("/optional/body")]
async fn optional_body(body: Option<Json<u32>>) -> String {
    format!("{:?}", body.map(|body| body.0))
}

async fn an_option_is_none_when_the_thing_is_absent_and_only_then(rt: Rt) {
    let (service, _) = service(rt).await;
    get(&service, "/optional/query").await.is(200, "None");
    get(&service, "/optional/query?limit=3").await.is(200, "Some(3)");
    assert_eq!(get(&service, "/optional/query?limit=x").await.invalid(), ["limit"]);
    send(&service, request("POST", "/optional/body")).await.is(200, "None");
    send(&service, json("POST", "/optional/body", "3")).await.is(200, "Some(3)");
    send(&service, json("POST", "/optional/body", "nope")).await.is_status(400);
    assert_eq!(send(&service, json("POST", "/optional/body", "-3")).await.invalid(), ["body"]);
}

async fn an_optional_provider_is_none_when_what_it_needs_is_absent(rt: Rt) {
    let (service, _) = service(rt).await;
    get(&service, "/optional/user").await.is(200, "false hello");
    let ask = |name| from_user(name, request("GET", "/optional/user"));
    send(&service, ask("ada")).await.is(200, "true hello ada");
    send(&service, ask("mallory")).await.is_status(403);
    send(&service, ask("?")).await.is_status(401);
    // Somebody cannot do without.
    get(&service, "/optional/both").await.is_status(401);
    send(&service, from_user("ada", request("GET", "/optional/both"))).await.is(200, "true ada");
}

#[derive(Debug, Clone)]
pub struct Limited(u32);

/// Fails with what an input fails with.
#[provider]
fn limited(limit: Query<u32>) -> Result<Limited, Rejection> {
    let missing = Rejection::missing("query", "limit-below-ten");
    if *limit < 10 { Ok(Limited(*limit)) } else { Err(missing) }
}

#[get("/result/user")]
async fn user_or_error(user: Result<&User, &Refused>) -> String {
    match user {
        Ok(user) => user.0.clone(),
        Err(refused) => format!("refused with {}", refused.0),
    }
}

#[get("/result/query")]
fn query_or_rejection(limit: Result<Query<u32>, Rejection>) -> String {
    limit.map_or_else(|rejection| rejection.to_string(), |limit| limit.to_string())
}

#[post("/result/body")]
async fn body_or_rejection(body: Result<Json<u32>, Rejection>, user: Option<&User>) -> String {
    let _ = user;
    body.map_or_else(|rejection| rejection.to_string(), |body| body.to_string())
}

#[get("/result/limited")]
async fn limited_or_rejection(limited: Result<Limited, Rejection>) -> String {
    limited.map_or_else(|rejection| rejection.to_string(), |limited| limited.0.to_string())
}

/// The same failure, where somebody else cannot do without.
#[get("/result/both")]
async fn required_all_the_same(maybe: Result<&User, &Refused>, user: &User) -> String {
    format!("{} {}", maybe.is_ok(), user.0)
}

async fn a_result_has_the_failure_as_a_value(rt: Rt) {
    let (service, _) = service(rt).await;
    let ask = |path, name| from_user(name, request("GET", path));
    send(&service, ask("/result/user", "ada")).await.is(200, "ada");
    send(&service, ask("/result/user", "mallory")).await.is(200, "refused with 403");
    // The failure of something that the user needs is none of its own.
    get(&service, "/result/user").await.is_status(401);
    send(&service, ask("/result/both", "mallory")).await.is_status(403);
    send(&service, ask("/result/both", "ada")).await.is(200, "true ada");
}

async fn a_result_has_the_rejection_as_a_value(rt: Rt) {
    let (service, _) = service(rt).await;
    get(&service, "/result/query?limit=3").await.is(200, "3");
    assert!(get(&service, "/result/query").await.body.contains("limit"));
    assert!(get(&service, "/result/query?limit=x").await.body.contains("limit"));
    send(&service, json("POST", "/result/body", "3")).await.is(200, "3");
    for body in ["nope", "-1", ""] {
        let answer = send(&service, json("POST", "/result/body", body)).await;
        answer.is_status(200);
        assert!(answer.body.contains("body") || answer.body.contains("400"), "{}", answer.body);
    }
    get(&service, "/result/limited?limit=3").await.is(200, "3");
    assert!(get(&service, "/result/limited?limit=30").await.body.contains("limit-below-ten"));
}

/// Query beats cookie beats nothing.
pub struct Chosen(String);

#[provider]
fn chosen(query: &FromQuery, theme: Option<Cookie<String>>) -> Chosen {
    let chosen = query.0.clone().or(theme.map(|theme| theme.0));
    Chosen(chosen.unwrap_or_else(|| "nothing".into()))
}

pub struct FromQuery(Option<String>);

#[provider]
fn from_query(theme: Option<Query<String>>) -> FromQuery {
    FromQuery(theme.map(|theme| theme.0))
}

#[get("/chosen/theme")]
async fn theme(chosen: &Chosen) -> String {
    chosen.0.clone()
}

async fn behaviour_06_query_beats_cookie_beats_nothing(rt: Rt) {
    let (service, _) = service(rt).await;
    let ask = |uri, cookie: Option<&'static str>| {
        let mut request = request("GET", uri);
        if let Some(cookie) = cookie {
            request.headers_mut().insert("cookie", HeaderValue::from_static(cookie));
        }
        request
    };
    send(&service, ask("/chosen/theme?theme=dark", Some("theme=light"))).await.is(200, "dark");
    send(&service, ask("/chosen/theme", Some("theme=light"))).await.is(200, "light");
    send(&service, ask("/chosen/theme", None)).await.is(200, "nothing");
}

/// A guard with an input of its own.
pub struct Tenant;

#[provider]
fn tenant(tenant: Path<u16>, log: &Log) -> Result<Tenant, Refused> {
    log.push(format_args!("tenant {}", *tenant));
    if *tenant == 0 { Err(Refused(404)) } else { Ok(Tenant) }
}

#[get("/of/{item}")]
async fn item(tenant: Path<u16>, item: Path<u32>, tenant_itself: &Tenant) -> String {
    let _ = tenant_itself;
    format!("{} {}", *tenant, *item)
}

async fn a_prefix_feeds_guards_and_handlers(rt: Rt) {
    let (service, log) = service(rt).await;
    get(&service, "/tenants/3/of/4").await.is(200, "3 4");
    assert_eq!(log.take(), ["tenant 3"]);
    get(&service, "/tenants/0/of/x").await.is_status(404);
    // The guard's own input is invalid: the handler's is not reached.
    assert_eq!(get(&service, "/tenants/x/of/x").await.invalid(), ["tenant"]);
    assert_eq!(get(&service, "/tenants/3/of/x").await.invalid(), ["item"]);
}

static TABLE: Table<App> = table![
    name,
    book,
    many,
    with_body,
    optional_user,
    optional_query,
    optional_and_required,
    optional_body,
    user_or_error,
    query_or_rejection,
    body_or_rejection,
    limited_or_rejection,
    required_all_the_same,
    theme,
    title,
    group("/tenants/{tenant}", guards = [Tenant], item),
];

async fn a_newtype_of_a_foreign_type_is_a_single_value(rt: Rt) {
    let (service, _) = service(rt).await;
    get(&service, "/names/a%20b").await.is(200, "a b");
}

/// Of a type with a lifetime that is `'static`.
#[post("/titles")]
async fn title(title: Json<Cow<'static, str>>, suffix: Query<Cow<'static, str>>) -> Cow<'static, str> {
    title.0 + suffix.0
}

async fn what_owns_its_text_may_have_a_lifetime(rt: Rt) {
    let (service, _) = service(rt).await;
    let answer = send(&service, json("POST", "/titles?suffix=%21", "\"Dune\"")).await;
    answer.is(200, "Dune!");
}

async fn a_uuid_is_a_single_value(rt: Rt) {
    let (service, _) = service(rt).await;
    let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let answer = get(&service, &format!("/books/{id}?editions=67E5504410B1426F9247BB680E5FE0C8")).await;
    answer.is(200, &format!("{id} [{id}] /books/{id}"));
    assert_eq!(get(&service, "/books/7?editions=x").await.invalid(), ["id", "editions"]);
}

async fn service(rt: Rt) -> (di_server::Service, Log) {
    let log = Log::default();
    let app = App::builder().log(log.clone()).runtime(rt).build().await.expect("nothing is built");
    (app.service(&TABLE), log)
}

on_every_executor![
    a_newtype_of_a_foreign_type_is_a_single_value,
    a_uuid_is_a_single_value,
    what_owns_its_text_may_have_a_lifetime,
    behaviour_10_all_invalid_inputs_form_one_422_in_the_order_of_declaration,
    behaviour_10_a_refusal_beats_pending_422s,
    an_invalid_body_stands_where_it_was_declared,
    an_option_is_none_when_the_thing_is_absent_and_only_then,
    an_optional_provider_is_none_when_what_it_needs_is_absent,
    a_result_has_the_failure_as_a_value,
    a_result_has_the_rejection_as_a_value,
    behaviour_06_query_beats_cookie_beats_nothing,
    a_prefix_feeds_guards_and_handlers,
];
