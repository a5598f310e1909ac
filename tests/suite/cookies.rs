//! Who sets status, headers and cookies?

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, Broken, Refused, get, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    key: CookieKey,
}

/// Sets a status, headers and cookies.
pub struct Visit;

#[provider]
async fn visit(parts: &mut ResponseParts, cookies: &mut Cookies) -> Visit {
    pause().await;
    parts.set_status(StatusCode::ACCEPTED);
    parts.set(header::CACHE_CONTROL, HeaderValue::from_static("private"));
    parts.set(header::CONTENT_TYPE, HeaderValue::from_static("text/x-visit"));
    parts.append(header::VARY, HeaderValue::from_static("Accept, Cookie"));
    parts.append(header::SET_COOKIE, HeaderValue::from_static("raw=provider"));
    cookies.add(("visit", "provider"));
    Visit
}

#[get("/visited")]
async fn visited(visit: &Visit) -> Json<u8> {
    let _ = visit;
    Json(1)
}

type Own = [(HeaderName, &'static str); 4];

#[get("/own")]
async fn its_own(visit: &Visit) -> (StatusCode, Own, &'static str) {
    let _ = visit;
    let own = [
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept, Origin"),
        (header::SET_COOKIE, "visit=handler"),
        (header::SET_COOKIE, "other=1"),
    ];
    (StatusCode::CREATED, own, "own")
}

#[get("/later")]
async fn later(visit: &Visit, parts: &mut ResponseParts, cookies: &mut Cookies) {
    let _ = visit;
    assert_eq!(cookies.value("visit"), Some("provider"), "what was set is there");
    parts.set_status(StatusCode::NO_CONTENT);
    parts.set(header::CACHE_CONTROL, HeaderValue::from_static("public"));
    cookies.add(("visit", "handler"));
}

pub struct Refusing;

#[provider]
fn refusing(visit: &Visit) -> Result<Refusing, Refused> {
    let _ = visit;
    Err(Refused(409))
}

#[get("/refused")]
async fn refused(refusing: &Refusing) {
    let _ = refusing;
}

#[get("/panics")]
async fn panics(visit: &Visit) {
    let _ = visit;
    panic!("on purpose");
}

/// Fails when it is torn down.
pub struct Tx;

#[provider(teardown = commit)]
fn tx() -> Tx {
    Tx
}

async fn commit(_: Tx, outcome: &Outcome) -> Result<(), Broken> {
    if *outcome == Outcome::Success(StatusCode::ACCEPTED) { Err(Broken) } else { Ok(()) }
}

#[get("/uncommitted")]
fn uncommitted(visit: &Visit, tx: &mut Tx) {
    let _ = (visit, tx);
}

#[get("/read/{name}")]
async fn read(name: Path<String>, cookies: &Cookies) -> Option<String> {
    cookies.value(&name).map(str::to_owned)
}

#[get("/set")]
async fn set(value: Query<String>, path: Option<Query<String>>, cookies: &mut Cookies) {
    let mut cookie = SetCookie::build(("value", value.0)).http_only(true);
    if let Some(path) = path {
        cookie = cookie.path(path.0);
    }
    cookies.add(cookie);
}

#[get("/forget")]
async fn forget(cookies: &mut Cookies) {
    cookies.remove("a");
    cookies.remove("unknown");
}

#[get("/login/{user}")]
async fn login(user: Path<String>, cookies: &mut Cookies, key: &CookieKey) {
    cookies.signed_mut(key).add(("signed", user.0.clone()));
    cookies.private_mut(key).add(("private", user.0));
}

#[get("/me")]
async fn me(cookies: &Cookies, key: &CookieKey) -> String {
    let value = |cookie: Option<SetCookie>| cookie.map_or("nobody".to_owned(), |cookie| cookie.value().to_owned());
    format!("{} {}", value(cookies.signed(key).get("signed")), value(cookies.private(key).get("private")))
}

static TABLE: Table<App> = table![visited, its_own, later, refused, panics, uncommitted, read, set, forget, login, me];

async fn service(rt: Rt) -> di_server::Service {
    App::builder().key(CookieKey::generate()).runtime(rt).build().await.unwrap().service(&TABLE)
}

#[track_caller]
fn cookies(answer: &Answer) -> Vec<&str> {
    let mut cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("text")).collect();
    cookies.sort_unstable();
    cookies
}

const VISIT: &str = "visit=provider; SameSite=Lax; Path=/";

async fn behaviour_28_a_provider_sets_status_headers_and_cookies(rt: Rt) {
    let answer = get(&service(rt).await, "/visited").await;
    answer.is(202, "1");
    assert_eq!(answer.header("cache-control"), Some("private"));
    assert_eq!(answer.header("vary"), Some("Accept, Cookie"));
    assert_eq!(cookies(&answer), ["raw=provider", VISIT]);
    assert_eq!(answer.header("content-type"), Some("application/json"), "the response's own wins");
}

async fn behaviour_28_the_handlers_own_win_and_each_header_is_sent_once(rt: Rt) {
    let service = service(rt).await;
    let own = get(&service, "/own").await;
    own.is(201, "own");
    assert_eq!(own.header("cache-control"), Some("no-store"));
    assert_eq!(own.header("vary"), Some("accept, Origin, Cookie"));
    assert_eq!(cookies(&own), ["other=1", "raw=provider", "visit=handler"]);
    let later = get(&service, "/later").await;
    later.is(204, "");
    assert_eq!(later.header("cache-control"), Some("public"));
    assert_eq!(cookies(&later), ["raw=provider", "visit=handler; SameSite=Lax; Path=/"]);
    for answer in [own, later] {
        for name in ["cache-control", "vary", "content-type"] {
            assert!(answer.headers.get_all(name).iter().count() <= 1, "{name}");
        }
    }
}

async fn behaviour_28_what_a_provider_sets_goes_onto_refusals_too(rt: Rt) {
    let service = service(rt).await;
    for (uri, status) in [("/refused", 409), ("/panics", 500)] {
        let answer = get(&service, uri).await;
        answer.is_status(status);
        assert_eq!(answer.header("cache-control"), Some("private"), "{uri}");
        assert_eq!(cookies(&answer), ["raw=provider", VISIT], "{uri}");
    }
}

async fn what_was_set_before_a_commit_failed_is_not_sent(rt: Rt) {
    let answer = get(&service(rt).await, "/uncommitted").await;
    answer.is_status(500);
    assert!(cookies(&answer).is_empty() && !answer.headers.contains_key("cache-control"));
}

fn with_cookies(uri: &str, lines: &[&[u8]]) -> http::Request<Body> {
    let mut request = request("GET", uri);
    for line in lines {
        request.headers_mut().append("cookie", HeaderValue::from_bytes(line).expect("a header"));
    }
    request
}

async fn cookies_are_read(rt: Rt) {
    let service = service(rt).await;
    for (lines, expected) in [
        (&[&b"a=1; b=2"[..]][..], Some("1")),
        (&[b"b=2", b" a = 1 ;c"], Some("1")),
        (&[b"a=first; a=second", b"a=third"], Some("first")),
        (&[b"a=x%20y%3B"], Some("x y;")),
        (&[b"a=\"quoted\""], Some("quoted")),
        (&[b"a=%22quoted%22"], Some("\"quoted\"")),
        // Names are as they are sent: browsers let nobody else set a `__Host-id`, and anybody a `__%48ost-id`.
        (&[b"%61=evil; a=good"], Some("good")),
        (&[b"%61=evil"], None),
        (&[b"bad=\xff; a=1", b"worse=\xff"], Some("1")),
        (&[b"junk; =; ;;", b"\xff\xfe", b"a="], Some("")),
        (&[b"b=2"], None),
        (&[], None),
    ] {
        let answer = send(&service, with_cookies("/read/a", lines)).await;
        match expected {
            Some(value) => answer.is(200, value),
            None => answer.is_status(404),
        }
    }
}

async fn no_value_leaves_its_cookie(rt: Rt) {
    let service = service(rt).await;
    let answer = get(&service, "/set?value=a%3B%20Domain%3Devil%0D%0AX%3A%20y").await;
    let expected = "value=a%3B%20Domain%3Devil%0D%0AX%3A%20y; HttpOnly; SameSite=Lax; Path=/";
    assert_eq!(cookies(&answer), [expected]);
    let own = get(&service, "/set?value=1&path=/x").await;
    assert_eq!(cookies(&own), ["value=1; HttpOnly; SameSite=Lax; Path=/x"]);
    for path in ["/x;%20Domain=evil", "/x%0D%0AX:%20y"] {
        assert!(cookies(&get(&service, &format!("/set?value=1&path={path}")).await).is_empty(), "{path}");
    }
}

async fn a_cookie_is_forgotten_only_if_it_was_sent(rt: Rt) {
    let service = service(rt).await;
    let answer = send(&service, with_cookies("/forget", &[b"a=1"])).await;
    let set = cookies(&answer);
    assert!(set.len() == 1 && set[0].starts_with("a=; ") && set[0].contains("Path=/; Max-Age=0"), "{set:?}");
    assert!(cookies(&get(&service, "/forget").await).is_empty());
}

async fn nobody_forges_what_is_signed_or_private(rt: Rt) {
    let service = service(rt).await;
    let answer = get(&service, "/login/ada").await;
    let sent: Vec<&str> = cookies(&answer).iter().map(|cookie| cookie.split(';').next().expect("a value")).collect();
    let [private, signed] = sent[..] else { panic!("{sent:?}") };
    assert!(signed.contains("ada") && !private.contains("ada"), "{sent:?}");
    let both = format!("{signed}; {private}");
    send(&service, with_cookies("/me", &[both.as_bytes()])).await.is(200, "ada ada");
    let forged = both.replace("ada", "eve");
    send(&service, with_cookies("/me", &[forged.as_bytes()])).await.is(200, "nobody ada");
    let swapped = format!("signed={}; private={}", &private["private=".len()..], &signed["signed=".len()..]);
    send(&service, with_cookies("/me", &[swapped.as_bytes()])).await.is(200, "nobody nobody");
    get(&service, "/me").await.is(200, "nobody nobody");
}

on_every_executor![
    behaviour_28_a_provider_sets_status_headers_and_cookies,
    behaviour_28_the_handlers_own_win_and_each_header_is_sent_once,
    behaviour_28_what_a_provider_sets_goes_onto_refusals_too,
    what_was_set_before_a_commit_failed_is_not_sent,
    cookies_are_read,
    no_value_leaves_its_cookie,
    a_cookie_is_forgotten_only_if_it_was_sent,
    nobody_forges_what_is_signed_or_private,
];
