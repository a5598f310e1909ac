use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

pub struct Pool;

#[provider(singleton, teardown_after_response = close)]
fn pool() -> Pool {
    Pool
}

fn close(pool: Pool, outcome: &Outcome) {
    let _ = (pool, outcome);
}

fn main() {}
