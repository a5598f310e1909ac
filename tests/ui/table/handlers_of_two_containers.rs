use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Container)]
pub struct Other {}

#[get("/", container = Other)]
async fn home() {}

#[get("/about")]
async fn about() {}

static TABLE: Table<App> = table![about, home];

fn main() {}
