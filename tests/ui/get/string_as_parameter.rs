use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn search(text: String) -> String {
    text
}

fn main() {}
