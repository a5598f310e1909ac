use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider(teardown)]
fn session() -> Session {
    Session
}

struct Session;

fn main() {}
