use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("GET /users")]
async fn list() {}

fn main() {}
