use di_server::prelude::*;

#[derive(Container)]
pub struct App(Pool);

pub struct Pool;

fn main() {}
