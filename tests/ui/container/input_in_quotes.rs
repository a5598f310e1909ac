use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container("input")]
    limit: u32,
}

fn main() {}
