//! The service that documents itself: its document is the one under version control.

mod support;

use support::Example;

/// Written by `cargo run --example openapi -- --openapi > examples/openapi.json`.
const KEPT: &str = include_str!("../openapi.json");

#[test]
fn the_document_is_the_one_that_is_kept() {
    let example = Example::start("openapi");
    let reply = example.get("/openapi.json");
    assert_eq!(reply.status, 200);
    assert!(
        reply.body == KEPT,
        "the document has changed; look at the difference and keep the new one:\n{}",
        reply.body
    );
}

#[test]
fn what_it_documents_is_so() {
    let example = Example::start("openapi");
    assert_eq!(example.get("/books/2").status, 404);
    let momo = r#"{"title":"Momo","year":1973,"genre":"fiction"}"#;
    assert_eq!(example.send("POST", "/books", None, Some(momo)).status, 401);
    assert_eq!(example.send("POST", "/books", Some("guess"), Some(momo)).status, 403);
    assert_eq!(example.send("POST", "/books", Some("secret"), Some(momo)).status, 200);
    assert_eq!(example.get("/books/2").field("title"), "Momo");
    assert_eq!(example.get("/books/count").body, "2");
    assert!(example.get("/docs").head.contains("content-security-policy: default-src 'none'"));
}
