use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Replica;
struct Pool;

type Other = Replica;

#[provider(name = Replica)]
fn replica() -> Pool {
    Pool
}

#[get("/")]
async fn list(#[named(Replica)] pool: &mut Pool, #[named(Other)] other: &Pool) {
    let _ = (pool, other);
}

fn main() {}
