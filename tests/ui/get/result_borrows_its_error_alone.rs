use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn list(limit: Result<Query<u8>, &Rejection>) {
    let _ = limit.is_ok();
}

fn main() {}
