use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Replica;
struct Pool;

#[provider(replace, named)]
fn replica() -> Pool {
    Pool
}

fn main() {}
