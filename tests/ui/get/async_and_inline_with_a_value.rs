use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", inline = true)]
async fn home() -> &'static str {
    "home"
}

fn main() {}
