use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/a", body_limits = 10)]
async fn upload(body: Bytes) {
    let _ = body;
}

static TABLE: Table<App> = table![upload];

fn main() {}
