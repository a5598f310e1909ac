use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home() -> str {
    *"hello"
}

static TABLE: Table<App> = table![home];

fn main() {}
