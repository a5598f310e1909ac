use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
extern "C" fn home() {}

fn main() {}
