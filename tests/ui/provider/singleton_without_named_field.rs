use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

struct Replica;
struct Pool;

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[provider(singleton, name = Replica)]
fn replica() -> Pool {
    Pool
}

fn main() {}
