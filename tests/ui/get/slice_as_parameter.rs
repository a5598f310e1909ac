use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn search(text: &[u8]) -> Vec<u8> {
    text.to_owned()
}

fn main() {}
