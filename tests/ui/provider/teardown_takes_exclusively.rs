use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;
struct Log;

#[provider]
fn log() -> Log {
    Log
}

#[provider(teardown = finish)]
fn session(log: &mut Log) -> Session {
    let _ = log;
    Session
}

fn finish(session: Session, outcome: &Outcome, log: &mut Log) {
    let _ = (session, outcome, log);
}

fn main() {}
