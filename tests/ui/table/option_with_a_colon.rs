use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list() {}

static TABLE: Table<App> = table![group("/admin", tags: ["admin"], list)];

fn main() {}
