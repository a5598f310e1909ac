use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/files/{name}.json")]
async fn json() {}

#[get("/files/v{version}")]
async fn version() {}

static TABLE: Table<App> = table![json, version];

fn main() {}
