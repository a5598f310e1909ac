use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider]
async fn session(pool: &Pool) -> Session {
    let _ = pool;
    Session
}

#[get("/")]
async fn home(session: &Session) {
    let _ = session;
}

fn main() {}
