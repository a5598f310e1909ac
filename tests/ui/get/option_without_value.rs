use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", container)]
async fn home() {}

fn main() {}
