use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Clock;

#[derive(Provider)]
struct Page {
    limit: Query<u32>,
    clock: Clock,
}

fn main() {}
