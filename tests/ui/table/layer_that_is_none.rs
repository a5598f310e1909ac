use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn index() {}

static TABLE: Table<App> = table![group(layers = ["cors"], index)];

fn main() {
    let _ = &TABLE;
}
