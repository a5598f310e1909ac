use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Replica;
struct Pool;

#[provider(name = Replica)]
fn replica() -> Pool {
    Pool
}

#[get("/")]
async fn list(#[named("replica")] pool: &Pool) {
    let _ = pool;
}

fn main() {}
