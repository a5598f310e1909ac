use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[route(method = "PURGE")]
async fn purge() {}

fn main() {}
