use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", sequential, sequential)]
async fn home() {}

fn main() {}
