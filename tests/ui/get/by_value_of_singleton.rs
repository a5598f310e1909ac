use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
}

pub struct Config;

#[post("/")]
async fn pay(config: Config) {
    let _ = config;
}

fn main() {}
