use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/a", body_limit = 1 << 20, body_limit = 2)]
async fn upload(body: Bytes) {
    let _ = body;
}

static TABLE: Table<App> = table![upload];

fn main() {}
