use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get]
async fn list() {}

fn main() {}
