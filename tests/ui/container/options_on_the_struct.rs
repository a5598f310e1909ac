use di_server::prelude::*;

#[derive(Container)]
#[container(input)]
pub struct App {}

fn main() {}
