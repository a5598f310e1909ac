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

#[get("/")]
async fn home(pool: Fresh<Pool>) {
    let _ = pool;
}

fn main() {}
