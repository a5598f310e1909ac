use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
async fn key() -> Result<[u8], std::io::Error> {
    todo!()
}

fn main() {}
