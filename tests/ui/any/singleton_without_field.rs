use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Pool;

#[provider(singleton, container = any)]
fn pool() -> Pool {
    Pool
}

#[get("/")]
async fn list(pool: &Pool) {
    let _ = pool;
}

fn main() {}
