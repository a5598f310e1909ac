//! The document is a route like any other.

use di_server::prelude::*;

#[derive(Container)]
struct App {}

#[get("/openapi.json")]
async fn mine() -> &'static str {
    "{}"
}

static TABLE: Table<App> = table![mine, openapi("/openapi.json")];

fn main() {}
