use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    first: Config,
    #[container(input)]
    second: Settled,
}

pub struct Config;
type Settled = Config;

fn main() {}
