use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list() {}

static TABLE: Table<App> = table![list, swagger("/docs")];

fn main() {}
