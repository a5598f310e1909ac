use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", as = "Home")]
async fn home() {}

fn main() {}
