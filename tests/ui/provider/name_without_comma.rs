use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
    #[container(name = Replica)]
    replica: Pool,
}

pub struct Replica;
pub struct Pool;

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[provider(singleton name = Replica)]
fn replica() -> Pool {
    Pool
}

fn main() {}
