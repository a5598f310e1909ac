use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
}

pub struct Config;

#[provider(singleton)]
fn config() -> Config {
    Config
}

fn main() {}
