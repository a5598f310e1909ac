use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", colour = 5)]
async fn home() {}

fn main() {}
