use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn pay(headers: &mut HeaderMap) {
    let _ = headers;
}

fn main() {}
