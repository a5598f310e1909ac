use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/search")]
async fn search(q: str) -> String {
    q.to_owned()
}

fn main() {}
