use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", hidden(true))]
async fn home() -> &'static str {
    "home"
}

fn main() {}
