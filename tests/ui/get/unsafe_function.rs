use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async unsafe fn home() {}

fn main() {}
