use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

pub struct Pool;

pub struct Session;

#[provider]
async fn session(_pool: &Pool) -> Session {
    Session
}

#[provider(singleton, teardown = close)]
async fn pool() -> Pool {
    Pool
}

async fn close(_pool: Pool, _outcome: &Outcome, _session: &Session) {}

fn main() {}
