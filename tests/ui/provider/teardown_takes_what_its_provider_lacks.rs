use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;
struct Pool;

#[provider(teardown = finish)]
fn session(pool: &Pool) -> Session {
    let _ = pool;
    Session
}

async fn finish(session: Session, outcome: &Outcome, pool: &Pool) {
    let _ = (session, outcome, pool);
}

fn main() {}
