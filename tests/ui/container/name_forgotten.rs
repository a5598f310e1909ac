use di_server::prelude::*;

pub struct Pool;
pub struct Replica;

#[derive(Container)]
pub struct App {
    pool: Pool,
    replica: Pool,
}

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

#[provider(singleton, name = Replica)]
fn replica() -> Pool {
    Pool
}

#[get("/")]
async fn index(#[named(Replica)] pool: &Pool) {
    let _ = pool;
}

static TABLE: Table<App> = table![index];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let app = App::builder().build().await?;
    di_server::serve(app, &TABLE, "127.0.0.1:8000").await
}
