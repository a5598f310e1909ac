use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/items")]
async fn search(q: Option<String>) -> String {
    q.unwrap_or_default()
}

fn main() {}
