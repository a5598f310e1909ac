use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id?}")]
async fn list() {}

fn main() {}
