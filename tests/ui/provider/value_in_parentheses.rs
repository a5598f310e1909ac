use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Pool;

#[provider(teardown(close))]
fn pool() -> Pool {
    Pool
}

async fn close(_: Pool, _: &Outcome) {}

fn main() {}
