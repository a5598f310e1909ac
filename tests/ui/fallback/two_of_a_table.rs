use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[fallback]
async fn first() {}

#[fallback("/api")]
async fn of_api() {}

#[fallback]
async fn second() {}

static TABLE: Table<App> = table![first, of_api, second];

fn main() {
    let _ = &TABLE;
}
