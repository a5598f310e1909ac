use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Pool;

struct Replica;

#[provider(name = Replica)]
fn pool() -> Pool {
    Pool
}

#[derive(Provider)]
struct Both {
    #[provider(name = Replica)]
    pool: Fresh<Pool>,
}

fn main() {}
