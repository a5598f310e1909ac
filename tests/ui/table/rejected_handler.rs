use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("users")]
async fn list() {}

#[fallback]
async fn missing() -> StatusCode {
    StatusCode::NOT_FOUND
}

static TABLE: Table<App> = table![list, missing];

fn main() {}
