use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/a", "/b")]
async fn list() {}

fn main() {}
