use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/my users")]
async fn list() {}

fn main() {}
