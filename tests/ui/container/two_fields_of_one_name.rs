use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input, name = Replica)]
    first: Pool,
    #[container(input, name = Replica)]
    second: Pool,
}

struct Replica;
struct Pool;

fn main() {}
