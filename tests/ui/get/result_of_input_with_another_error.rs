use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Bad;

#[post("/")]
async fn create(body: Result<Json<String>, Bad>) {
    let _ = body.is_ok();
}

fn main() {}
