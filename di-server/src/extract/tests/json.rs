use std::collections::BTreeMap;

use bytes::Bytes;
use di_core::response::IntoResponse;
use serde::{Deserialize, Serialize, Serializer};

use super::{Request, read};
use crate::extract::Json;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct User {
    name: String,
    age: u8,
    #[serde(default)]
    tags: BTreeMap<String, Vec<Tag>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Tag {
    Plain,
    Weighted { weight: i32 },
}

fn post(content_type: Option<&'static str>, body: &'static str) -> Request {
    let builder = http::Request::post("/");
    let builder = match content_type {
        Some(content_type) => builder.header("content-type", content_type),
        None => builder,
    };
    Request::new(builder, Bytes::from_static(body.as_bytes()))
}

fn json(body: &'static str) -> Request {
    post(Some("application/json"), body)
}

#[test]
fn a_body_is_read() {
    let Json(user) = json(r#"{"name":"Ada","age":36}"#).extract::<Json<User>>("user").expect("a user");
    assert_eq!((user.name.as_str(), user.age), ("Ada", 36));
    assert_eq!(post(Some("application/x+json"), "[1]").extract::<Json<[u8; 1]>>("x").expect("a list").0, [1]);
}

#[test]
fn another_content_type_is_refused() {
    let rows = [
        (Some("text/plain"), "expected the content type `application/json`, got `text/plain`"),
        (None, "the body has no content type, expected `application/json`"),
    ];
    for (content_type, detail) in rows {
        let refusal = post(content_type, "1").refusal::<Json<u8>>("x");
        assert_eq!((refusal.status(), refusal.absent), (415, false));
        assert_eq!(refusal.response.headers()["accept"], "application/json");
        assert_eq!(refusal.detail(), detail);
    }
}

#[test]
fn an_empty_body_is_absent_only_without_a_content_type() {
    for (content_type, status, absent) in
        [(None, 400, true), (Some("application/json"), 400, false), (Some("text/plain"), 415, false)]
    {
        let refusal = post(content_type, "").refusal::<Json<u8>>("x");
        assert_eq!((refusal.status(), refusal.absent), (status, absent), "{content_type:?}");
    }
    assert_eq!(json("").refusal::<Json<u8>>("x").detail(), "the body is empty, expected JSON");
}

#[test]
fn malformed_json_is_refused_with_its_place() {
    let rows = [
        ("{\"a\":1,\n\"b\":2,\n   \"c\" 3}", "malformed JSON at line 3, column 8: expected `:`"),
        ("[1,", "malformed JSON at line 1, column 3: EOF while parsing a value"),
        ("[1] x", "malformed JSON at line 1, column 5: trailing characters"),
        ("{\"a\": tru}", "malformed JSON at line 1, column 10: expected ident"),
    ];
    for (body, detail) in rows {
        let refusal = json(body).refusal::<Json<serde_json::Value>>("x");
        assert_eq!(refusal.status(), 400);
        assert_eq!(refusal.detail(), detail);
    }
    let text = Bytes::from_static(b"{\"name\":\"a\xff\",\"age\":1}");
    let request = Request::new(http::Request::post("/").header("content-type", "application/json"), text);
    let refusal = request.refusal::<Json<User>>("x");
    assert_eq!(refusal.status(), 400);
    assert_eq!(refusal.detail(), "malformed JSON: byte 10, counted from 0, starts no character of UTF-8");
    let deep = Bytes::from("[".repeat(100_000));
    let request = Request::new(http::Request::post("/").header("content-type", "application/json"), deep);
    let refusal = request.refusal::<Json<serde_json::Value>>("x");
    assert_eq!(refusal.detail(), "malformed JSON at line 1, column 100000: EOF while parsing a list");
}

#[test]
fn a_wrong_shape_is_reported_with_its_pointer() {
    let rows = [
        (r#"{"name":"A","age":"x"}"#, "body /age invalid: expected an integer from 0 to 255, got string \"x\""),
        (r#"{"name":"A","age":300}"#, "body /age invalid: expected an integer from 0 to 255, got integer `300`"),
        (r#"{"name":"A"}"#, "body /age missing: is required"),
        (r#"{"name":"A","age":1,"age":2}"#, "body /age repeated: is given more than once"),
        // What serde_json calls the syntax.
        (r#"{"name":"A","age":1,"tags":{"a":[5]}}"#, "body /tags/a/0 invalid: is none of the values that it may be"),
        (r#"["A",1,{},4]"#, "body  invalid: has more elements than it may have"),
        ("[]", "body  invalid: expected 3 elements, got 0"),
        ("3", "body  invalid: expected an object, got integer `3`"),
        (
            r#"{"name":"A","age":1,"tags":{"a/b~c":["Plain",{"Weighted":{"weight":null}}]}}"#,
            "body /tags/a~1b~0c/1/Weighted/weight invalid: expected an integer from -2147483648 to 2147483647, got null",
        ),
        (
            r#"{"name":"A","age":1,"tags":{"t":[{"Weighted":{}}]}}"#,
            "body /tags/t/0/Weighted/weight missing: is required",
        ),
        (
            r#"{"name":"A","age":1,"tags":{"t":["Heavy"]}}"#,
            "body /tags/t/0 invalid: unknown variant `Heavy`, expected `Plain` or `Weighted`",
        ),
    ];
    for (body, expected) in rows {
        let refusal = json(body).refusal::<Json<User>>("user");
        assert!(!refusal.absent);
        assert_eq!(refusal.entries(), [expected], "{body}");
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Strict {
        a: u8,
    }
    let refusal = json(r#"{"a":1,"b":{}}"#).refusal::<Json<Strict>>("strict");
    assert_eq!(refusal.entries(), ["body /b invalid: unknown field `b`, expected `a`"]);
    let keyed = json(r#"{"2":2.5,"x":3}"#).refusal::<Json<std::collections::HashMap<u32, f64>>>("prices");
    assert_eq!(
        (keyed.status(), keyed.entries()),
        (422, vec!["body  invalid: expected a number as the key".to_owned()])
    );
    let long: &str = Box::leak(format!(r#"{{"a":"{}\n"}}"#, "x".repeat(1000)).into_boxed_str());
    let entries = json(long).refusal::<Json<Strict>>("strict").entries();
    assert!(entries[0].chars().count() < 300, "{entries:?}");
}

#[test]
fn a_wrong_shape_is_told_without_the_names_of_types() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Secret {
        pair: Option<SecretPair>,
        unit: Option<SecretUnit>,
        choice: Option<SecretChoice>,
        any: Option<SecretAny>,
        tagged: Option<SecretTagged>,
        ratio: Option<f32>,
        list: Option<Vec<u8>>,
        map: Option<BTreeMap<String, u8>>,
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct SecretPair(u8, u8);
    #[derive(Debug, Deserialize)]
    struct SecretUnit;
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    enum SecretChoice {
        One(u8, u8),
        Two { a: u8 },
    }
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[allow(dead_code)]
    enum SecretAny {
        One(u8),
        Two(bool),
    }
    #[derive(Debug, Deserialize)]
    #[serde(tag = "type")]
    enum SecretTagged {
        One,
    }
    let rows = [
        (r#"{"pair":3}"#, "body /pair invalid: expected an array, got integer `3`"),
        (r#"{"pair":[3]}"#, "body /pair invalid: expected 2 elements, got 1"),
        (r#"{"unit":{}}"#, "body /unit invalid: expected null, got an object"),
        (r#"{"choice":{"One":"x"}}"#, "body /choice/One invalid: expected an array, got string \"x\""),
        (r#"{"choice":{"Two":1}}"#, "body /choice/Two invalid: expected an object, got integer `1`"),
        (r#"{"any":"x"}"#, "body /any invalid: has none of the forms that it may have"),
        (r#"{"tagged":3}"#, "body /tagged invalid: expected an object, got integer `3`"),
        (r#"{"ratio":[]}"#, "body /ratio invalid: expected a number, got an array"),
        (r#"{"list":{}}"#, "body /list invalid: expected an array, got an object"),
        (r#"{"map":true}"#, "body /map invalid: expected an object, got boolean `true`"),
    ];
    for (body, expected) in rows {
        assert_eq!(json(body).refusal::<Json<Secret>>("secret").entries(), [expected], "{body}");
    }
}

#[test]
fn a_value_is_sent_as_json() {
    let response = Json(User { name: "Ada".to_owned(), age: 36, tags: BTreeMap::new() }).into_response();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(read(response.into_body()), br#"{"name":"Ada","age":36,"tags":{}}"#);
}

#[test]
fn a_value_that_cannot_be_serialised_is_an_opaque_500() {
    struct Secret;
    impl Serialize for Secret {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("the secret"))
        }
    }
    let response = Json([Secret]).into_response();
    assert_eq!(response.status(), 500);
    let body = String::from_utf8(read(response.into_body())).expect("a problem is text");
    assert!(!body.contains("secret"), "{body}");
}
