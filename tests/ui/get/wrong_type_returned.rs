use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home() -> String {
    5
}

fn main() {}
