use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/{year}{month}")]
async fn list() {}

fn main() {}
