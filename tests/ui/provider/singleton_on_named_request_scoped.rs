use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

struct Replica;
struct Pool;

#[provider(singleton)]
fn pool(#[named(Replica)] replica: &Pool) -> Pool {
    let _ = replica;
    Pool
}

#[provider(name = Replica)]
fn replica() -> Pool {
    Pool
}

fn main() {}
