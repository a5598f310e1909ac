use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
unsafe extern "C" fn home(n: u32, ...) {}

fn main() {}
