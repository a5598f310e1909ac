use di_server::prelude::*;

#[get("/a", guards = [Admin])]
async fn list() -> &'static str {
    "x"
}

static TABLE: Table<App> = table![list];

#[derive(Container)]
pub struct App {}

fn main() {}
