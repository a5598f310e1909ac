use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[fallback]
async fn missing() -> StatusCode {
    StatusCode::NOT_FOUND
}

static TABLE: Table<App> = table![fallback(missing)];

fn main() {}
