use di_server::prelude::*;
use std::sync::Arc;

pub struct Pool;

#[derive(Container)]
pub struct App {
    pool: Arc<Pool>,
}

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[get("/")]
async fn index(pool: &Pool) {
    let _ = pool;
}

static TABLE: Table<App> = table![index];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let app = App::builder().build().await?;
    di_server::serve(app, &TABLE, "127.0.0.1:8000").await
}
