use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn index() {}

static TABLE: Table<App> = table![group("/a", index, layers = [])];

fn main() {
    let _ = &TABLE;
}
