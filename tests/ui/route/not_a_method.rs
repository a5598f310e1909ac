use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[route(method = "PURGE ALL", "/cache")]
async fn purge() {}

fn main() {}
