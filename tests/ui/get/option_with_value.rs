use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", inline = true)]
fn home() {}

fn main() {}
