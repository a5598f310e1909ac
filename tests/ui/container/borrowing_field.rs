use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    name: &str,
}

fn main() {}
