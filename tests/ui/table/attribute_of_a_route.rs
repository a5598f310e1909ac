use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![#[cfg(debug_assertions)] home];

fn main() {}
