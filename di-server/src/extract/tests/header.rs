//! Headers and cookies.

use serde::Deserialize;

use super::Request;
use crate::extract::{Cookie, Header};

fn request(headers: &[(&str, &[u8])]) -> Request {
    let builder = http::Request::get("/");
    Request::new(headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value)), "")
}

#[test]
fn a_header_is_read_by_the_parameters_name() {
    let request = request(&[("X-Request-Id", b"7"), ("Accept", b"a/b"), ("Accept", b"c/d, e/f"), ("X-Bad", b"\xff")]);
    assert_eq!(request.extract::<Header<u32>>("x_request_id").expect("a number"), Header(7));
    let Header(accept) = request.extract::<Header<Vec<String>>>("accept").expect("a list");
    assert_eq!(accept, ["a/b", "c/d, e/f"]);
    let refusal = request.refusal::<Header<String>>("accept");
    assert_eq!(refusal.entries(), ["header accept repeated: is given more than once"]);
    let refusal = request.refusal::<Header<String>>("user_agent");
    assert!(refusal.absent);
    assert_eq!(refusal.entries(), ["header user-agent missing: is required"]);
    let refusal = request.refusal::<Header<String>>("x_bad");
    assert_eq!(refusal.entries(), ["header x-bad invalid: expected UTF-8, got other bytes"]);
    assert!(request.refusal::<Header<String>>("no header's näme").absent);
}

#[test]
fn a_struct_of_headers_is_read_by_its_fields() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Common {
        user_agent: String,
        #[serde(rename = "X-Depth", alias = "x_depth", alias = "x-depth")]
        depth: Option<u8>,
    }
    let common = |depth| Common { user_agent: "curl".to_owned(), depth };
    let agent: (&str, &[u8]) = ("user-agent", b"curl");
    let read = |headers: &[(&str, &[u8])]| request(headers).extract::<Header<Common>>("common").map(|h| h.0);
    assert_eq!(read(&[agent, ("host", b"x")]).expect("no depth"), common(None));
    assert_eq!(read(&[agent, ("x-depth", b"3")]).expect("a depth"), common(Some(3)));
    let refusal = request(&[("x-depth", b"deep")]).refusal::<Header<Common>>("common");
    assert!(!refusal.absent);
    let expected = [
        "header user-agent missing: is required",
        "header X-Depth invalid: expected an integer from 0 to 255, got `deep`",
    ];
    assert_eq!(refusal.entries(), expected);
}

#[test]
fn cookies_of_all_headers_are_read() {
    let request = request(&[
        ("cookie", b"a=1; b = 2 ;c=\"q; junk; =x; e=%20+; g=%ff"),
        ("cookie", b"d=\"quoted\"; a=9; bad=\xff; f=x=y"),
    ]);
    let text = |name| request.extract::<Cookie<String>>(name).map(|cookie| cookie.0).ok();
    let rows = [
        ("a", Some("1")),
        ("b", Some("2")),
        ("c", Some("\"q")),
        ("d", Some("quoted")),
        ("e", Some(" +")),
        ("g", Some("%ff")),
        ("f", Some("x=y")),
        ("A", None),
        ("junk", None),
        ("bad", None),
    ];
    for (name, expected) in rows {
        assert_eq!(text(name).as_deref(), expected, "{name}");
    }
    assert_eq!(request.extract::<Cookie<Vec<u8>>>("a").expect("numbers").0, [1, 9]);
    let refusal = request.refusal::<Cookie<String>>("bad");
    assert_eq!(refusal.entries(), ["cookie bad invalid: expected UTF-8, got other bytes"]);
    let refusal = request.refusal::<Cookie<String>>("session");
    assert!(refusal.absent);
    assert_eq!(refusal.entries(), ["cookie session missing: is required"]);
}

#[test]
fn a_struct_of_cookies_is_read_by_its_fields() {
    #[derive(Debug, Deserialize)]
    struct Session {
        session: String,
        theme: Option<String>,
    }
    let read = request(&[("cookie", b"session=s; session=t; x=y")]).extract::<Cookie<Session>>("cookies");
    let Cookie(session) = read.expect("the first counts");
    assert_eq!((session.session.as_str(), session.theme), ("s", None));
    assert!(request(&[]).refusal::<Cookie<Session>>("cookies").absent);
}
