use di_server::prelude::*;

#[get("/")]
async fn home() {}

fn main() {}
