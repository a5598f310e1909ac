use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{ids}")]
async fn users(_ids: Path<Vec<u64>>) {}

fn main() {}
