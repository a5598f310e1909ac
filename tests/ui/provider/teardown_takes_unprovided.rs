use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;
struct Log;

#[provider(teardown = finish)]
fn session() -> Session {
    Session
}

fn finish(session: Session, outcome: &Outcome, log: &Log) {
    let _ = (session, outcome, log);
}

fn main() {}
