use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/users", tags: ["users"])]
async fn add() {}

fn main() {}
