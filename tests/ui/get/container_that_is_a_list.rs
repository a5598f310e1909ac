use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", container = [App])]
async fn home() -> &'static str {
    "home"
}

fn main() {}
