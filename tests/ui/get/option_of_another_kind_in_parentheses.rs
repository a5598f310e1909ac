use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", tags("notes"))]
async fn home() -> &'static str {
    "home"
}

fn main() {}
