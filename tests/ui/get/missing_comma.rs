use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/" inline)]
fn home() {}

fn main() {}
