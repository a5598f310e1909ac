use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Pool;

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[get("/")]
async fn home(pool: &Pool) {
    let _ = pool;
}

fn main() {}
