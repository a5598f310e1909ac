use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session;

#[provider(teardown = finish)]
fn session() -> Session {
    Session
}

fn finish(_: Session, _: &Outcome) {}

#[get("/rows")]
async fn rows(session: Held<Session>) {
    let _ = session;
}

fn main() {}
