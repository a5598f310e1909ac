use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Container)]
pub struct Other {}

#[get("/", container = Other)]
async fn home() {}

static TABLE: Table<App> = table![home];

fn main() {}
