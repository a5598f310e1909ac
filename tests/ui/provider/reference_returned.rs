use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
}

pub struct Config {
    pub name: String,
}

#[provider]
fn name(config: &Config) -> &String {
    &config.name
}

fn main() {}
