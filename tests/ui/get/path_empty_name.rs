use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{}")]
async fn user() {}

fn main() {}
