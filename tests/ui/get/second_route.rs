use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/notes")]
#[post("/notes")]
async fn notes() -> String {
    "none".to_owned()
}

static TABLE: Table<App> = table![notes];

fn main() {}
