//! Credentials, and who sends them.

use di_core::graph::Extract;
use di_core::graph::RequestView;

use di_core::graph::KeyPlace;

use super::Request;
use crate::extract::{ApiKey, ApiKeyScheme, Basic, Bearer, ConnectInfo, Realm, same_secret};

fn request(lines: &[&str]) -> Request {
    let builder = http::Request::get("/");
    Request::new(lines.iter().fold(builder, |builder, line| builder.header("authorization", *line)), "")
}

#[test]
fn a_token_is_read() {
    let rows =
        [("Bearer abc", "abc"), ("bearer abc", "abc"), ("BEARER   aB9-._~+/==", "aB9-._~+/=="), ("Bearer abc ", "abc")];
    for (line, token) in rows {
        let bearer = request(&[line]).extract::<Bearer>("token").expect("a token");
        assert_eq!(bearer.token(), token);
        assert!(!format!("{bearer:?}").contains(token));
    }
}

#[test]
fn no_token_is_absent() {
    for lines in [&[][..], &["Basic YWJj"], &["Bearerabc"], &[""], &["Digest bearer"]] {
        let refusal = request(lines).refusal::<Bearer>("token");
        assert_eq!((refusal.status(), refusal.absent), (401, true), "{lines:?}");
        assert_eq!(refusal.response.headers()["www-authenticate"], "Bearer");
    }
}

#[test]
fn a_malformed_token_is_refused() {
    for lines in [
        &["Bearer"][..],
        &["Bearer "],
        &["Bearer a b"],
        &["Bearer ="],
        &["Bearer a=b"],
        &["Bearer é"],
        &["Bearer a", "Bearer b"],
    ] {
        let refusal = request(lines).refusal::<Bearer>("token");
        assert_eq!((refusal.status(), refusal.absent), (401, false), "{lines:?}");
        assert_eq!(refusal.response.headers()["www-authenticate"], "Bearer error=\"invalid_request\"");
    }
}

#[test]
fn the_clients_address_is_the_connections() {
    let request = request(&[]);
    let peer = "192.0.2.1:80".parse().expect("an address");
    let view = RequestView { peer: Some(peer), ..request.view() };
    assert_eq!(ConnectInfo::extract(view, "client").expect("it is known"), ConnectInfo(peer));
    let refusal = request.refusal::<ConnectInfo>("client");
    assert_eq!((refusal.status(), refusal.absent), (500, false));
}

#[test]
fn user_and_password_are_read() {
    for (line, user, password) in [
        ("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"),
        ("basic   QWxhZGRpbjo6Og== ", "Aladdin", "::"),
        ("Basic Og==", "", ""),
        // The example of RFC 7617 §2.1, in UTF-8.
        ("Basic dGVzdDoxMjPCow==", "test", "123\u{a3}"),
    ] {
        let basic = request(&[line]).extract::<Basic>("login").expect("a login");
        assert_eq!((basic.user(), basic.password()), (user, password));
        assert!(basic.has_password(password) && !basic.has_password("x"));
        assert_eq!(format!("{basic:?}"), "Basic(..)");
    }
}

struct Quoted;

impl Realm for Quoted {
    const NAME: &'static str = "the \"staff\"";
}

#[test]
fn no_login_is_absent() {
    for lines in [&[][..], &["Bearer YWJj"], &["Basically"], &[""]] {
        let refusal = request(lines).refusal::<Basic<Quoted>>("login");
        assert_eq!((refusal.status(), refusal.absent), (401, true), "{lines:?}");
        let challenge = &refusal.response.headers()["www-authenticate"];
        assert_eq!(challenge, "Basic realm=\"the \\\"staff\\\"\", charset=\"UTF-8\"");
    }
}

#[test]
fn a_malformed_login_is_refused_with_its_realm() {
    for (lines, detail) in [
        (&["Basic"][..], "there is no `:` between user and password"),
        (&["Basic ???"], "what follows `Basic` is not base64"),
        (&["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ"], "what follows `Basic` is not base64"),
        (&["Basic YWJj"], "there is no `:` between user and password"),
        (&["Basic /zo="], "user and password are not UTF-8"),
        (&["Basic YTpiCg=="], "user and password have no control characters"),
        (&["Basic Og==", "Basic Og=="], "the `Authorization` header is given more than once"),
    ] {
        let refusal = request(lines).refusal::<Basic>("login");
        assert_eq!((refusal.status(), refusal.absent), (401, false), "{lines:?}");
        let challenge = &refusal.response.headers()["www-authenticate"];
        assert_eq!(challenge, "Basic realm=\"restricted\", charset=\"UTF-8\"");
        assert_eq!(refusal.detail(), detail);
    }
}

macro_rules! keys {
    ($($name:ident $place:expr),*) => {
        $(
            struct $name;
            impl ApiKeyScheme for $name {
                const PLACE: KeyPlace = $place;
            }
        )*
    };
}

keys!(InHeader KeyPlace::header("X_Api-Key"), InQuery KeyPlace::query("api key"), InCookie KeyPlace::cookie("key"));

#[test]
fn a_key_is_read_from_where_its_scheme_says() {
    let get = |uri: &str, headers: &[(&str, &str)]| {
        let builder = http::Request::get(uri);
        Request::new(headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value)), "")
    };
    let request = get("/?api+key=a%2Bb&key=x", &[("x_api-key", "abc"), ("cookie", "a=1; key=c00kie; key=second")]);
    let key = request.extract::<ApiKey<InHeader>>("_").expect("a key");
    assert!(key.is("abc") && !key.is("abd") && !key.is("ab"));
    assert_eq!(format!("{key:?}"), "ApiKey(..)");
    assert_eq!(request.extract::<ApiKey<InQuery>>("_").expect("a key").key(), "a+b");
    assert_eq!(request.extract::<ApiKey<InCookie>>("_").expect("a key").key(), "c00kie");

    let none = get("/?key=x", &[("x-api-key", "abc"), ("cookie", "a=1")]);
    for refusal in [none.refusal::<ApiKey<InHeader>>("_"), none.refusal::<ApiKey<InQuery>>("_")] {
        assert_eq!((refusal.status(), refusal.absent), (401, true));
        assert_eq!(refusal.response.headers()["www-authenticate"], "ApiKey");
    }
    assert_eq!(none.refusal::<ApiKey<InCookie>>("_").detail(), "expected an API key in the cookie `key`");

    let twice = get("/?api%20key=", &[("x_api-key", "a"), ("x_api-key", "a"), ("cookie", "key=\u{e9}")]);
    let refusal = twice.refusal::<ApiKey<InHeader>>("_");
    assert_eq!((refusal.status(), refusal.absent), (401, false));
    assert_eq!(refusal.detail(), "the header `X_Api-Key` is given more than once");
    let refusal = twice.refusal::<ApiKey<InQuery>>("_");
    assert_eq!((refusal.status(), refusal.absent), (401, false));
    assert_eq!(refusal.detail(), "the query parameter `api key` is empty, and an API key is expected there");
}

#[test]
fn secrets_are_the_same_if_all_of_them_is() {
    assert!(same_secret("", b"") && same_secret("abc", [97, 98, 99]));
    assert!(!same_secret("abc", "abd") && !same_secret("abc", "ab") && !same_secret("", "a"));
}
