use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Pool;

#[provider(name = Replica)]
fn replica() -> Pool {
    Pool
}

fn main() {}
