use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
struct Home;

fn main() {}
