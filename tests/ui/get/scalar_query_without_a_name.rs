use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn user(_: Query<u64>) {}

fn main() {}
