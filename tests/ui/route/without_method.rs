use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[route("/cache")]
async fn purge() {}

fn main() {}
