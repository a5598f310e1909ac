use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users//list")]
async fn list() {}

fn main() {}
