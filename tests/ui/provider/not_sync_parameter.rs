use di_server::prelude::*;
use std::cell::Cell;

#[derive(Container)]
pub struct App {}

struct Counter(Cell<u32>);
struct User;

#[provider]
fn counter() -> Counter {
    Counter(Cell::new(0))
}

#[provider]
fn user(counter: &Counter) -> User {
    counter.0.set(1);
    User
}

fn main() {}
