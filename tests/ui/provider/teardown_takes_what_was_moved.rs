use di_server::prelude::*;

#[derive(Container)]
struct App {}

struct Session;

#[provider(teardown = finish)]
fn session(token: Bearer) -> Session {
    let _ = token;
    Session
}

fn finish(session: Session, outcome: &Outcome, token: &Bearer) {
    let _ = (session, outcome, token);
}

fn main() {}
