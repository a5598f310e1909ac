use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/a")]
async fn home(parts: Held<ResponseParts>) {
    let _ = parts;
}

fn main() {}
