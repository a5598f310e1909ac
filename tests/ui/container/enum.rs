use di_server::prelude::*;

pub struct Pool;

#[derive(Container)]
pub enum App {
    One(Pool),
}

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

fn main() {}
