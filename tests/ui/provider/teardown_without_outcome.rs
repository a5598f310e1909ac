use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider(teardown = finish)]
fn session() -> Session {
    Session
}

fn finish(session: Session) {
    drop(session);
}

fn main() {}
