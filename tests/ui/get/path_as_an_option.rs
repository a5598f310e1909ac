use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get(path = "/")]
async fn home() {}

fn main() {}
