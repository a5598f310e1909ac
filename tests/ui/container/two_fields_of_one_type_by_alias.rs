use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    first: Config,
    second: Settled,
}

pub struct Config;
type Settled = Config;

#[provider(singleton)]
fn config() -> Config {
    Config
}

fn main() {}
