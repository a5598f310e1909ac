use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Replica;
struct Pool;

#[provider]
fn pool() -> Pool {
    Pool
}

#[get("/")]
async fn list(#[inject] pool: &Pool) {
    let _ = pool;
}

fn main() {}
