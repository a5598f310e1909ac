use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn list() {}

static TABLE: Table<App> = table![group("/admin", hidden = "yes", list)];

fn main() {
    let _ = &TABLE;
}
