use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", method = "PURGE")]
async fn home() {}

fn main() {}
