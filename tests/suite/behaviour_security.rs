//! Who shows credentials, and in which order are they asked for?

use di_server::{
    Service,
    prelude::*,
    security::{Grant, KeyPlace, OAuthFlow, SchemeKind, SecurityScheme},
};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Answer, Log, get, pause, request, send},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
}

pub struct Staff;

impl Realm for Staff {
    const NAME: &'static str = "staff";
}

macro_rules! keys {
    ($($name:ident $place:expr),*) => {
        $(
            pub struct $name;
            impl ApiKeyScheme for $name {
                const PLACE: KeyPlace = $place;
            }
        )*
    };
}

keys!(InHeader KeyPlace::header("X-Api-Key"), InQuery KeyPlace::query("api_key"), InCookie KeyPlace::cookie("api_key"));

#[get("/basic", inline)]
fn basic(login: Basic<Staff>) -> String {
    format!("{} {}", login.user(), login.password())
}

#[get("/maybe", inline)]
fn maybe(bearer: Option<Bearer>, basic: Option<Basic>, key: Option<ApiKey<InHeader>>) -> String {
    let bearer = bearer.as_ref().map(Bearer::token);
    let basic = basic.as_ref().map(Basic::user);
    format!("{bearer:?} {basic:?} {:?}", key.as_ref().map(ApiKey::key))
}

#[get("/header", inline)]
fn header_key(key: ApiKey<InHeader>) -> String {
    key.key().to_owned()
}

#[get("/query", inline)]
fn query_key(key: ApiKey<InQuery>) -> String {
    key.key().to_owned()
}

#[get("/cookie", inline)]
fn cookie_key(key: ApiKey<InCookie>) -> String {
    key.key().to_owned()
}

/// Whoever it is, or nobody.
pub struct Visitor(Option<String>);

#[provider]
async fn visitor(token: Option<Bearer>, log: &Log) -> Result<Visitor, StatusCode> {
    pause().await;
    log.push("visitor");
    match &token {
        Some(token) if token.token() == "banned" => Err(StatusCode::FORBIDDEN),
        token => Ok(Visitor(token.as_ref().map(|token| token.token().to_owned()))),
    }
}

/// Something costly.
pub struct Session;

#[provider]
async fn session(log: &Log) -> Session {
    log.push("session");
    Session
}

#[get("/visit")]
async fn visit(session: &Session, visitor: &Visitor) -> String {
    let _ = session;
    visitor.0.clone().unwrap_or_else(|| "nobody".into())
}

static TABLE: Table<App> = table![basic, maybe, header_key, query_key, cookie_key, visit];

async fn service(rt: Rt) -> (Service, Log) {
    let log = Log::default();
    let app = App::builder().log(log.clone()).runtime(rt).build().await.expect("nothing is built");
    (app.service(&TABLE), log)
}

async fn with(service: &Service, uri: &str, name: &'static str, value: &str) -> Answer {
    let mut request = request("GET", uri);
    request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header"));
    send(service, request).await
}

async fn behaviour_19_basic_is_refused_with_its_realm(rt: Rt) {
    let (service, _) = service(rt).await;
    with(&service, "/basic", "authorization", "Basic QWRhOmxvdmU=").await.is(200, "Ada love");
    // No base64, no colon, another scheme.
    for line in ["Basic ?", "Basic QWRh", "Bearer QWRhOmxvdmU="] {
        let answer = with(&service, "/basic", "authorization", line).await;
        answer.is_status(401);
        assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"staff\", charset=\"UTF-8\""));
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    get(&service, "/basic").await.is_status(401);
}

async fn behaviour_19_an_api_key_is_read_from_header_query_and_cookie(rt: Rt) {
    let (service, _) = service(rt).await;
    with(&service, "/header", "x-api-key", "k").await.is(200, "k");
    get(&service, "/query?api_key=k%20y").await.is(200, "k y");
    with(&service, "/cookie", "cookie", "a=b; api_key=k").await.is(200, "k");
    for (uri, place) in [
        ("/header?api_key=k", "expected an API key in the header `X-Api-Key`"),
        ("/query", "expected an API key in the query parameter `api_key`"),
        ("/cookie?api_key=k", "expected an API key in the cookie `api_key`"),
    ] {
        let answer = get(&service, uri).await;
        answer.is_status(401);
        assert!(answer.body.contains(place), "{}", answer.body);
        assert_eq!(answer.header("www-authenticate"), Some("ApiKey"));
    }
}

async fn behaviour_19_optional_credentials_are_none_only_when_absent(rt: Rt) {
    let (service, _) = service(rt).await;
    get(&service, "/maybe").await.is(200, "None None None");
    with(&service, "/maybe", "authorization", "Basic QWRhOmxvdmU=").await.is(200, "None Some(\"Ada\") None");
    with(&service, "/maybe", "authorization", "Bearer abc").await.is(200, "Some(\"abc\") None None");
    with(&service, "/maybe", "authorization", "Basic ?").await.is_status(401);
    with(&service, "/maybe", "authorization", "Bearer ?").await.is_status(401);
    with(&service, "/maybe", "x-api-key", "").await.is_status(401);
}

/// What reaches credentials is resolved before what does not, whether it can do without them or not: it may refuse for
/// them, and then nothing else has been built.
async fn behaviour_19_what_reaches_optional_credentials_comes_before_what_reaches_none(rt: Rt) {
    let (service, log) = service(rt).await;
    get(&service, "/visit").await.is(200, "nobody");
    assert_eq!(log.take(), ["visitor", "session"]);
    with(&service, "/visit", "authorization", "Bearer banned").await.is_status(403);
    assert_eq!(log.take(), ["visitor"]);
    with(&service, "/visit", "authorization", "Bearer ?").await.is_status(401);
    assert_eq!(log.take(), [""; 0]);
}

/// A flow of OAuth 2, for a description of the application to read.
pub struct Login;

impl BearerScheme for Login {
    const SCHEME: SecurityScheme =
        SecurityScheme::oauth2("login", &[OAuthFlow::password("/token", &[("notes:read", "Read notes")])]);
}

#[get("/described", inline)]
fn described(_token: Option<Bearer<Login>>, _key: Option<ApiKey<InCookie>>, _login: Option<Basic<Staff>>) {}

static DESCRIBED: Table<App> = table![described];

#[test]
fn credentials_say_how_they_are_described() {
    let route = DESCRIBED.data().routes().next().expect("a route");
    let params = route.record().get().params.iter();
    let schemes: Vec<_> = params.filter_map(|param| param.input?.security).collect();
    assert_eq!(schemes.iter().map(|scheme| scheme.name).collect::<Vec<_>>(), ["login", "api_key", "basic"]);
    let SchemeKind::OAuth2([flow]) = schemes[0].kind else { panic!("one flow") };
    assert_eq!((flow.grant, flow.token_url), (Grant::Password, "/token"));
    assert_eq!(schemes[1].kind, SchemeKind::ApiKey(KeyPlace::cookie("api_key")));
}

on_every_executor![
    behaviour_19_basic_is_refused_with_its_realm,
    behaviour_19_an_api_key_is_read_from_header_query_and_cookie,
    behaviour_19_optional_credentials_are_none_only_when_absent,
    behaviour_19_what_reaches_optional_credentials_comes_before_what_reaches_none,
];
