use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
async fn session() {}

fn main() {}
