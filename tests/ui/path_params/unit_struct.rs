use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(PathParams)]
struct Key;

fn main() {}
