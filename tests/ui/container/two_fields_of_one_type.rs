use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    first: Config,
    #[container(input)]
    second: Config,
}

pub struct Config;

fn main() {}
