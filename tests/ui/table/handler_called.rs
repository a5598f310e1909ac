use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/notes")]
async fn list() -> String {
    "none".to_owned()
}

static TABLE: Table<App> = table![list()];

fn main() {}
