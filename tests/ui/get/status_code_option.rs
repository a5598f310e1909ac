use di_server::prelude::*;

#[post("/a", status_code = 201)]
async fn add() -> &'static str {
    "x"
}

static TABLE: Table<App> = table![add];

#[derive(Container)]
pub struct App {}

fn main() {}
