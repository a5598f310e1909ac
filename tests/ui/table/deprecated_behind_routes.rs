use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn list() {}

static TABLE: Table<App> = table![group("/v1", list, deprecated = true)];

fn main() {
    let _ = &TABLE;
}
