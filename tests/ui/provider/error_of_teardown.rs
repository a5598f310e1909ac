use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;
struct DbError;

#[provider(teardown = finish)]
async fn session() -> Session {
    Session
}

async fn finish(session: Session, outcome: &Outcome) -> Result<(), DbError> {
    let _ = (session, outcome);
    Err(DbError)
}

fn main() {}
