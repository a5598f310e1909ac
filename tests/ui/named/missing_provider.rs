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
async fn list(pool: &Pool, #[named(Replica)] replica: &Pool) {
    let _ = (pool, replica);
}

fn main() {}
