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

#[provider(singleton)]
fn store() -> Store {
    Store { pool: Pool }
}

#[get("/")]
async fn home(_pool: &Pool) {}

fn main() {}
