use di_server::prelude::*;

#[derive(Container)]
struct App {}

#[get("/", operation_id = "")]
async fn home() {}

fn main() {}
