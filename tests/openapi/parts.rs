//! Credentials and wrappers that somebody else has written.

use di_server::{
    graph::{Extract, RequestView, Source},
    openapi::Replies,
    prelude::*,
    security::{KeyPlace, SecurityScheme},
};
use serde_json::json;

use crate::app::{document, statuses};

#[derive(Container)]
struct App {}

macro_rules! credentials {
    ($name:ident, $scheme:expr) => {
        struct $name;

        impl Extract for $name {
            const SOURCE: Source = Source::Security;
            const SECURITY: Option<&'static SecurityScheme> = Some(&$scheme);

            fn extract(_: RequestView<'_>, _: &'static str) -> Result<Self, Rejection> {
                Err(Rejection::refused(Problem::new(StatusCode::UNAUTHORIZED)).absent())
            }
        }

        di_server::extractor!($name);
    };
}

credentials!(ApiKey, SecurityScheme { name: "apiKey", ..SecurityScheme::api_key(KeyPlace::query("key")) });
credentials!(Basic, SecurityScheme::BASIC);

struct ByHeader;

impl di_server::ApiKeyScheme for ByHeader {
    const PLACE: KeyPlace = KeyPlace::header("token");
}

struct ByCookie;

impl di_server::ApiKeyScheme for ByCookie {
    const PLACE: KeyPlace = KeyPlace::cookie("token");
}

#[get("/header")]
async fn by_header(key: di_server::ApiKey<ByHeader>) {
    let _ = key;
}

#[get("/cookie")]
async fn by_cookie(key: di_server::ApiKey<ByCookie>) {
    let _ = key;
}

/// Whoever asks, by either.
struct Caller;

#[provider]
fn caller(key: Option<ApiKey>, basic: Option<Basic>) -> Caller {
    let _ = (key, basic);
    Caller
}

/// A page, in a form of its own.
struct Page;

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "text/html")], "").into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.ok("text/html", di_server::openapi::Schema::STRING);
    }
}

#[get("/either")]
async fn either(_caller: &Caller, token: Bearer) -> Page {
    let _ = token;
    Page
}

#[get("/both")]
async fn both(key: ApiKey, basic: Basic) -> (StatusCode, Page) {
    let _ = (key, basic);
    (StatusCode::ACCEPTED, Page)
}

static TABLE: Table<App> = table![either, both];

#[test]
fn credentials_written_by_somebody_else_add_themselves() {
    let document = document(&TABLE);
    let schemes = document["components"]["securitySchemes"].as_object().expect("schemes");
    assert_eq!(schemes.keys().collect::<Vec<_>>(), ["apiKey", "basic", "bearer"]);
    let either = &document["paths"]["/either"]["get"]["security"];
    assert_eq!(*either, json!([{"bearer": []}, {"bearer": [], "apiKey": []}, {"bearer": [], "basic": []}]));
    assert_eq!(document["paths"]["/both"]["get"]["security"], json!([{"apiKey": [], "basic": []}]));
}

#[test]
fn schemes_of_one_name_are_told_apart() {
    static TABLE: Table<App> = table![by_header, by_cookie, group("/again", by_cookie)];
    let document = document(&TABLE);
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes.as_object().expect("schemes").len(), 2);
    for (path, name, place) in
        [("/header", "token", "header"), ("/cookie", "token2", "cookie"), ("/again/cookie", "token2", "cookie")]
    {
        assert_eq!(document["paths"][path]["get"]["security"], json!([{name: []}]), "{path}");
        assert_eq!(schemes[name]["in"], place, "{path}");
    }
}

#[test]
fn a_response_written_by_somebody_else_says_what_it_is() {
    let document = document(&TABLE);
    let either = &document["paths"]["/either"]["get"];
    assert_eq!(either["responses"]["200"]["content"], json!({"text/html": {"schema": {"type": "string"}}}));
    assert_eq!(statuses(&document["paths"]["/both"]["get"]), ["2XX", "401", "default"]);
}
