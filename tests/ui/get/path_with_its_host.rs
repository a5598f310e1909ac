use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("http://localhost:8000/users")]
async fn list() {}

fn main() {}
