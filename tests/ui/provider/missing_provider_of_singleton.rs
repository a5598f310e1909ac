use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

pub struct Config;
pub struct Pool;

#[provider(singleton)]
fn pool(config: &Config) -> Pool {
    let _ = config;
    Pool
}

fn main() {}
