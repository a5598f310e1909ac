use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users?limit=10")]
async fn list() {}

fn main() {}
