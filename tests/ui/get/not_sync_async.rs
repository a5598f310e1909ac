use di_server::prelude::*;
use std::cell::Cell;

#[derive(Container)]
pub struct App {}

struct Counter(Cell<u32>);

#[provider]
fn counter() -> Counter {
    Counter(Cell::new(0))
}

#[get("/")]
async fn home(counter: &Counter) {
    counter.0.set(1);
}

fn main() {}
