use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
#[post("/tidy")]
async fn tidy() {}

fn main() {}
