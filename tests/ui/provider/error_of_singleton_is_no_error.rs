use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

pub struct Pool;
pub struct DbError;

#[provider(singleton)]
async fn pool() -> Result<Pool, DbError> {
    Err(DbError)
}

fn main() {}
