use di_server::prelude::*;
use std::cell::Cell;

#[derive(Container)]
pub struct App {
    #[container(part)]
    billing: Billing,
}

#[derive(ContainerPart)]
struct Billing {
    #[container(input)]
    hits: Hits,
}

struct Hits(Cell<u32>);

fn main() {
    let _ = Hits(Cell::new(0));
}
