use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[route("PURGE", "/cache")]
async fn purge() {}

fn main() {}
