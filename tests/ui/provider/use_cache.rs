use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Clock;

#[provider(use_cache = false)]
fn clock() -> Clock {
    Clock
}

fn main() {}
