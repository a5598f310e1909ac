use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

pub struct Pool;

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[get("/rows")]
async fn rows(pool: Held<Pool>) {
    let _ = pool;
}

fn main() {}
