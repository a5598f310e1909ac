use di_server::prelude::*;

pub struct Pool;
pub struct Replica;

#[derive(Container)]
pub struct App {
    pool: Pool,
    #[container(named = Replica)]
    replica: Pool,
}

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[provider(singleton, name = Replica)]
fn replica() -> Pool {
    Pool
}

#[get("/")]
async fn home(pool: &Pool, #[named(Replica)] replica: &Pool) {
    let _ = (pool, replica);
}

fn main() {}
