use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Provider)]
struct Draft {
    body: Json<String>,
}

#[post("/a")]
async fn create(first: Draft, second: Draft) {
    let _ = (first.body, second.body);
}

fn main() {}
