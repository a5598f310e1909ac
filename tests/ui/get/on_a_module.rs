use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
mod home {}

fn main() {}
