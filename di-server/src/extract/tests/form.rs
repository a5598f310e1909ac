//! Forms in a body.

use http::request::Builder;
use serde::Deserialize;

use super::Request;
use crate::extract::Form;

const TYPE: &str = "application/x-www-form-urlencoded";

fn post() -> Builder {
    http::Request::post("/?limit=1&tag=query")
}

fn form(body: &'static str) -> Request {
    Request::new(post().header("content-type", TYPE), body)
}

#[derive(Debug, PartialEq, Deserialize)]
struct Search {
    limit: u8,
    #[serde(rename = "a/b")]
    renamed: Option<i8>,
    #[serde(default, rename = "tag")]
    tags: Vec<String>,
    #[serde(default = "ten")]
    size: u8,
}

fn ten() -> u8 {
    10
}

#[test]
fn a_form_is_read_as_a_query_is() {
    let read = |body| form(body).extract::<Form<Search>>("q").map(|Form(search)| search).map_err(|e| e.to_string());
    let tags = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
    let expected = Search { limit: 2, renamed: Some(-3), tags: tags(&["x y", "ä", ""]), size: 10 };
    assert_eq!(read("tag=x+y&limit=2&tag=%C3%A4&a%2Fb=-3&tag="), Ok(expected));
    assert_eq!(read("limit=2&&size=7"), Ok(Search { limit: 2, renamed: None, tags: tags(&[]), size: 7 }));
    assert_eq!(form("q=5").extract::<Form<u8>>("q").ok(), Some(Form(5)));
    assert_eq!(form("q=5&q=6").extract::<Form<Vec<u8>>>("q").ok(), Some(Form(vec![5, 6])));
}

#[test]
fn an_empty_field_is_none_for_an_option() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Person {
        name: String,
        nick: Option<String>,
        age: Option<u8>,
    }
    let read = |body| form(body).extract::<Form<Person>>("q").map(|Form(person)| person).ok();
    let person = |nick: Option<&str>, age| Person { name: String::new(), nick: nick.map(str::to_owned), age };
    assert_eq!(read("name=&nick=&age="), Some(person(None, None)));
    assert_eq!(read("name=&nick=+&age=7"), Some(person(Some(" "), Some(7))));
    assert_eq!(form("name=&age=+").refusal::<Form<Person>>("q").entries().len(), 1);
    // A query has no fields that cannot be left out.
    assert!(Request::get("/?age=&name=").extract::<crate::extract::Query<Person>>("q").is_err());
}

#[test]
fn each_wrong_field_is_pointed_at() {
    let refusal = form("limit=300&a%2Fb=x&size=1&size=2").refusal::<Form<Search>>("q");
    assert!(!refusal.absent);
    let expected = [
        "body /limit invalid: out of range: expected an integer from 0 to 255, got `300`",
        "body /a~1b invalid: expected an integer from -128 to 127, got `x`",
        "body /size repeated: is given more than once",
    ];
    assert_eq!(refusal.entries(), expected);
    assert_eq!(form("").refusal::<Form<Search>>("q").entries(), ["body /limit missing: is required"]);
    assert_eq!(form("x=1").refusal::<Form<u8>>("q").entries(), ["body /q missing: is required"]);
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "Search")]
    struct Odd;
    impl TryFrom<Search> for Odd {
        type Error = &'static str;

        fn try_from(_: Search) -> Result<Self, &'static str> {
            Err("never")
        }
    }
    assert_eq!(form("limit=1").refusal::<Form<Odd>>("q").entries(), ["body  invalid: never"]);
}

#[test]
fn what_is_no_form_is_refused() {
    let typed = |ty: &str| Request::new(post().header("content-type", ty), "limit=1");
    assert!(typed("Application/X-WWW-Form-Urlencoded; charset=utf-8").extract::<Form<Search>>("q").is_ok());
    for ty in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
        let refusal = typed(ty).refusal::<Form<Search>>("q");
        assert_eq!(refusal.status(), 415, "{ty}");
        assert_eq!(refusal.response.headers()["accept"], TYPE);
    }
    let untyped = Request::new(post(), "limit=1").refusal::<Form<Search>>("q");
    assert_eq!((untyped.status(), untyped.absent), (415, false));
    let nothing = Request::new(post(), "").refusal::<Form<Search>>("q");
    assert_eq!((nothing.status(), nothing.absent), (400, true));
    let bytes = Request::new(post().header("content-type", TYPE), &b"limit=\xff"[..]).refusal::<Form<Search>>("q");
    assert_eq!(bytes.status(), 400);
    assert!(bytes.detail().contains("byte 6"));
}
