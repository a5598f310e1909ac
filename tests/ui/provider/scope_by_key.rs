use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Clock;

#[provider(scope = "singleton")]
fn clock() -> Clock {
    Clock
}

fn main() {}
