use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list() {}

static TABLE: Table<App> = table![group("/admin", body_limit = "1 MiB", list)];

fn main() {}
