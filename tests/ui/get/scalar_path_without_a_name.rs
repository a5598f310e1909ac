use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id}")]
async fn user(_: Path<u64>) {}

static TABLE: Table<App> = table![user];

fn main() {}
