use di_server::prelude::*;

pub struct Pool;
pub struct Replica;

#[derive(Container)]
pub struct App {
    pool: Pool,
    #[container(name = Replica)]
    replica: Pool,
}

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[provider(singleton; name = Replica)]
fn replica() -> Pool {
    Pool
}

fn main() {}
