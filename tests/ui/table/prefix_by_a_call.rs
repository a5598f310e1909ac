use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

const fn prefix() -> &'static str {
    "/api"
}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group(prefix(), home)];

fn main() {}
