use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Replica;
struct Pool;

#[provider(name)]
fn replica() -> Pool {
    Pool
}

fn main() {}
