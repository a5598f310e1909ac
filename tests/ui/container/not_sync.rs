use di_server::prelude::*;
use std::cell::Cell;

#[derive(Container)]
pub struct App {
    hits: Hits,
}

struct Hits(Cell<u32>);

#[provider(singleton)]
fn hits() -> Hits {
    Hits(Cell::new(0))
}

fn main() {}
