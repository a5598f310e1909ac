use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider(teardown = finish)]
fn session() -> Session {
    Session
}

async fn finish(session: Session, outcome: &Outcome) -> bool {
    let _ = (session, outcome);
    true
}

fn main() {}
