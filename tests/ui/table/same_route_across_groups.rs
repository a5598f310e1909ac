use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/list")]
async fn list() {}

#[get("/users/list")]
async fn all() {}

static TABLE: Table<App> = table![group("/users", list), all];

fn main() {}
