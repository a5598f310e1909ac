use di_server::prelude::*;

mod store {}

use store::Cache;

pub struct Config;
pub struct Pool;

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
    pool: Pool,
    cache: Cache,
}

#[provider(singleton)]
fn pool(config: &Config) -> Pool {
    let _ = config;
    Pool
}

#[get("/")]
async fn home(cache: &Cache, pool: &Pool) {
    let _ = (cache, pool);
}

#[get("/list")]
async fn list(cache: &Cache) {
    let _ = cache;
}

static TABLE: Table<App> = table![home, list];

fn main() {}
