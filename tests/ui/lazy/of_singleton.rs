use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

pub struct Pool;

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[get("/")]
async fn edit(pool: Lazy<'_, Pool>) {
    let _ = pool.await;
}

static TABLE: Table<App> = table![edit];

fn main() {}
