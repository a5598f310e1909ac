use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", container = any)]
async fn list() {}

static TABLE: Table<App> = table![list];

fn _table() -> &'static Table<App> {
    &TABLE
}

fn main() {}
