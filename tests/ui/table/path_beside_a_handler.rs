use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/notes")]
async fn list() -> String {
    "none".to_owned()
}

static TABLE: Table<App> = table![get("/notes", list)];

fn main() {}
