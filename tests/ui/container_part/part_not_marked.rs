use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    store: Store,
}

#[derive(ContainerPart)]
pub struct Store {
    pool: Pool,
}

pub struct Pool;

#[provider(singleton, container = any)]
fn pool() -> Pool {
    Pool
}

pub struct Session;

#[provider(container = any)]
async fn session(_pool: &Pool) -> Session {
    Session
}

#[get("/")]
async fn home(_pool: &Pool, _session: &Session) {}

#[get("/about")]
async fn about(_pool: &Pool) {}

static TABLE: Table<App> = table![home, about];

fn main() {
    let _ = &TABLE;
}
