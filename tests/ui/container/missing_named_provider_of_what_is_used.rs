use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(name = Replica)]
    replica: Pool,
}

pub struct Replica;
pub struct Pool;

#[get("/users")]
async fn users(#[named(Replica)] pool: &Pool) {
    let _ = pool;
}

#[get("/books")]
async fn books(#[named(Replica)] pool: &Pool) {
    let _ = pool;
}

fn main() {}
