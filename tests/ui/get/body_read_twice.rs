use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/a")]
async fn create(a: Json<String>, b: Json<u32>) {
    let _ = (a, b);
}

fn main() {}
