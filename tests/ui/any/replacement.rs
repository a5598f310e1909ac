use di_server::prelude::*;

struct Pool;

#[provider(replace, container = any)]
fn pool() -> Pool {
    Pool
}

fn main() {}
