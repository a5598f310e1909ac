use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home() -> String {
    let n: u32 = "five";
    n.to_string()
}

fn main() {}
