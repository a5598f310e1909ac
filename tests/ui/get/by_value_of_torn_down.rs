use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Clone)]
struct Session;

#[provider(teardown = finish)]
fn session() -> Session {
    Session
}

fn finish(session: Session, outcome: &Outcome) {
    let _ = (session, outcome);
}

#[post("/")]
async fn pay(session: Session) {
    let _ = session;
}

fn main() {}
