use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/")]
async fn pay(token: &Bearer) {
    let _ = token;
}

fn main() {}
