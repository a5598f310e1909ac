use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(name = Replica)]
    replica: Pool,
}

struct Replica;
struct Pool;

fn main() {}
