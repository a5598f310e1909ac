use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session;

#[provider]
fn session() -> Session {
    Session
}

pub struct Audit;

#[provider(teardown = write)]
fn audit(session: &Session) -> Audit {
    let _ = session;
    Audit
}

fn write(_: Audit, _: &Outcome, session: &Session) {
    let _ = session;
}

#[get("/rows")]
async fn rows(audit: &Audit, session: Held<Session>) {
    let _ = (audit, session);
}

fn main() {}
