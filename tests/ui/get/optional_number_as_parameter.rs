use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/items")]
async fn items(limit: Option<u32>) -> String {
    limit.unwrap_or(10).to_string()
}

fn main() {}
