//! Credentials, and who sends them.

use di_core::graph::Extract;
use di_core::graph::RequestView;

use super::Request;
use crate::extract::{Bearer, ConnectInfo};

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
