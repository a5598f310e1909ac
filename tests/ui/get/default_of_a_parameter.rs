use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/notes")]
async fn notes(limit: Query<u32> = 20) -> String {
    format!("{} of them", *limit)
}

static TABLE: Table<App> = table![notes];

fn main() {}
