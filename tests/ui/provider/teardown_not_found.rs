use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider(teardown = finish)]
fn session() -> Session {
    Session
}

struct Session;

fn main() {}
