use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group("/api" home)];

fn main() {}
