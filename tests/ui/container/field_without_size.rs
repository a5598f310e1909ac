use di_server::prelude::*;

pub trait Store: Send + Sync {}

pub struct Pool;

#[derive(Container)]
pub struct App {
    store: dyn Store,
    pool: Pool,
}

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[get("/")]
async fn home(_pool: &Pool) -> &'static str {
    "home"
}

fn main() {}
