//! The first program.

mod support;

use support::Example;

#[test]
fn greets_and_counts() {
    let hello = Example::start("hello");
    let first = hello.get("/hello?name=Ferris");
    assert_eq!((first.status, first.body.as_str()), (200, "Hello, Ferris! You are visitor 1.\n"));
    assert_eq!(hello.get("/hello").body, "Hello, world! You are visitor 2.\n");
}
