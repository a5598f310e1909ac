use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id}")]
async fn by_id() {}

#[get("/users/{name}")]
async fn by_name() {}

static TABLE: Table<App> = table![by_id, by_name];

fn main() {}
