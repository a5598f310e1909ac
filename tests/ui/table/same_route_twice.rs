use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list() {}

#[get("/users")]
async fn all() {}

static TABLE: Table<App> = table![list, all];

fn main() {}
