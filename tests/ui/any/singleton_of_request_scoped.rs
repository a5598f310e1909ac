use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

struct Pool;
struct Session;

#[provider(singleton, container = any)]
fn pool(session: &Session) -> Pool {
    let _ = session;
    Pool
}

#[provider]
fn session() -> Session {
    Session
}

fn main() {}
