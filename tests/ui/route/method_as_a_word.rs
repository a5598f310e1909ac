use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[route(GET, "/users")]
async fn list() {}

fn main() {}
