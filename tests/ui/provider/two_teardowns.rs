use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Cursor;

#[provider(teardown = close, teardown_after_response = close)]
fn cursor() -> Cursor {
    Cursor
}

fn close(_: Cursor, _: &Outcome) {}

fn main() {}
