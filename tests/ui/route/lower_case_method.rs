use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[route(method = "purge", "/cache")]
async fn purge() {}

fn main() {}
