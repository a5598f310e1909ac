use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn read() -> std::io::Result<String> {
    std::fs::read_to_string("motd.txt")
}

fn main() {}
