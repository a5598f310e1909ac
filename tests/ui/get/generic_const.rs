use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home<const N: usize>() {}

fn main() {}
