use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Pool;

#[provider]
fn pool(_method: &Method _uri: &Uri) -> Pool {
    Pool
}

#[get("/users")]
async fn list(_pool: &Pool) {}

fn main() {}
