use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/")]
async fn create(_note: Json<Note>) {}

fn main() {}
