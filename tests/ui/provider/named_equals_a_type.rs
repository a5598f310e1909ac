use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Replica;
pub struct Pool;

#[provider(named = Replica)]
fn replica() -> Pool {
    Pool
}

fn main() {}
