use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn search(text: &str) -> String {
    text.to_owned()
}

fn main() {}
