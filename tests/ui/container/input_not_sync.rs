use di_server::prelude::*;
use std::cell::Cell;

#[derive(Container)]
pub struct App {
    #[container(input)]
    hits: Cell<u32>,
}

fn main() {}
