use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Replica;
struct Pool;

#[provider]
fn pool(#[named(Replica)] replica: &Pool) -> Pool {
    let _ = replica;
    Pool
}

#[provider(name = Replica)]
fn replica(pool: &Pool) -> Pool {
    let _ = pool;
    Pool
}

fn main() {}
