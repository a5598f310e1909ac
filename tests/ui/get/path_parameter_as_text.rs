use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{name}")]
async fn show(name: String) -> String {
    name
}

fn main() {}
