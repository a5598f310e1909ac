use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", inline)]
async fn home() {}

fn main() {}
