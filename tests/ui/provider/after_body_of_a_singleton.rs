use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

struct Pool;

#[provider(singleton, after_body)]
fn pool() -> Pool {
    Pool
}

fn main() {}
