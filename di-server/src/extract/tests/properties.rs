//! Nothing that a client sends panics, and what was written is read again.

use std::collections::BTreeMap;

use http::{HeaderValue, Uri};
use proptest::prelude::*;
use serde::Deserialize;

use super::Request;
use crate::extract::{Bearer, Cookie, Form, Header, Json, Query};

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Everything {
    a: u8,
    b: Option<i64>,
    c: Vec<String>,
    #[serde(default)]
    d: bool,
    e: char,
    f: Option<f32>,
}

fn query(query: &str) -> Option<Request> {
    let uri: Uri = format!("/?{query}").parse().ok()?;
    Some(Request::new(http::Request::get(uri), ""))
}

/// Reads everything that can be read from the request, and throws it away.
fn read_all(request: &Request) {
    let _ = request.extract::<Query<Everything>>("a");
    let _ = request.extract::<Query<BTreeMap<String, Vec<u8>>>>("a");
    let _ = request.extract::<Query<Vec<u8>>>("a");
    let _ = request.extract::<Query<serde_json::Value>>("a");
    let _ = request.extract::<Header<Everything>>("a");
    let _ = request.extract::<Header<String>>("a");
    let _ = request.extract::<Cookie<Everything>>("a");
    let _ = request.extract::<Cookie<BTreeMap<String, String>>>("a");
    let _ = request.extract::<Cookie<u8>>("a");
    let _ = request.extract::<Bearer>("a");
    let _ = request.extract::<Json<BTreeMap<String, Vec<u8>>>>("a");
    let _ = request.extract::<Json<serde_json::Value>>("a");
}

proptest! {
    #[test]
    fn no_query_panics(text in "([a-f%+&=0-9é]|%[0-9a-f]{2}|\\PC){0,40}") {
        query(&text).iter().for_each(read_all);
    }

    #[test]
    fn no_header_panics(a in any::<Vec<u8>>(), cookie in any::<Vec<u8>>(), authorization in any::<Vec<u8>>()) {
        let mut request = Request::get("/");
        for (name, value) in [("a", a), ("cookie", cookie), ("authorization", authorization)] {
            request.parts.headers.extend(HeaderValue::from_bytes(&value).ok().map(|v| (http::HeaderName::from_static(name), v)));
        }
        read_all(&request);
    }

    #[test]
    fn no_cookie_panics(text in "([abc]=[^\\x00-\\x1f]{0,4}[; ]{0,2}){0,5}") {
        let mut request = Request::get("/");
        let value = HeaderValue::from_bytes(text.as_bytes());
        request.parts.headers.extend(value.ok().map(|v| (http::header::COOKIE, v)));
        read_all(&request);
    }

    #[test]
    fn no_body_panics(body in any::<Vec<u8>>()) {
        read_all(&Request::new(http::Request::post("/").header("content-type", "application/json"), body));
    }

    #[test]
    fn no_form_panics(body in any::<Vec<u8>>(), text in "([a-f%+&=]|%[0-9a-f]{2}|\\PC){0,40}") {
        for body in [body, text.into_bytes()] {
            let form = "application/x-www-form-urlencoded";
            let request = Request::new(http::Request::post("/").header("content-type", form), body);
            let _ = request.extract::<Form<Everything>>("a");
            let _ = request.extract::<Form<BTreeMap<String, Vec<String>>>>("a");
        }
    }

    #[test]
    fn no_json_panics(body in "[\\[\\]{}\",:0-9a-z\\\\ ]{0,30}") {
        read_all(&Request::new(http::Request::post("/").header("content-type", "application/json"), body));
    }

    #[test]
    fn a_query_is_decoded_as_form_urlencoded_does(text in "([a-c+&=]|%2[0-9a-f]|%C3%A9){0,30}") {
        let request = query(&text).expect("only what a query may hold");
        let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            expected.entry(key.into_owned()).or_default().push(value.into_owned());
        }
        prop_assert_eq!(&request.extract::<Query<BTreeMap<String, Vec<String>>>>("none of them").expect("text").0, &expected);
    }

    #[test]
    fn what_is_encoded_is_read_again(key in "\\PC{1,8}", value in any::<String>(), number in any::<i64>()) {
        let text = form_urlencoded::Serializer::new(String::new())
            .append_pair("text", &value)
            .append_pair("number", &number.to_string())
            .append_pair(&format!("other {key}"), "x")
            .finish();
        let request = query(&text).expect("encoded text is a query");
        prop_assert_eq!(request.extract::<Query<String>>("text").expect("a text").0, value);
        prop_assert_eq!(request.extract::<Query<i64>>("number").expect("a number").0, number);
    }
}
