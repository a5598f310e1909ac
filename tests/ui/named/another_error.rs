use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Replica;
struct Pool;

#[provider(name = Replica)]
fn replica() -> Result<Pool, StatusCode> {
    Ok(Pool)
}

#[get("/")]
async fn list(#[named(Replica)] pool: Result<&Pool, &std::io::Error>) {
    let _ = pool;
}

fn main() {}
