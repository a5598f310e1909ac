use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list(#[query(default = 20)] limit: u32) -> String {
    limit.to_string()
}

fn main() {}
