use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(PathParams)]
struct Key(u64, u64);

fn main() {}
