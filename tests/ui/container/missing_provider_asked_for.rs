use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

pub struct Pool;

#[get("/")]
async fn home(pool: &Pool) {
    let _ = pool;
}

static TABLE: Table<App> = table![home];

fn main() {}
