use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider(teardown = |session, outcome| drop(session))]
fn session() -> Session {
    Session
}

fn main() {}
