use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list(#[default(20)] limit: Query<u32>) -> String {
    limit.to_string()
}

fn main() {}
