use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(imput)]
    config: Config,
}

pub struct Config;

fn main() {}
