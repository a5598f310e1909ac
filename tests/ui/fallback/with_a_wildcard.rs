use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[fallback("/api/{*rest}")]
async fn of_api() {}

fn main() {}
