//! Tags are a list of strings.

use di_server::prelude::*;

#[derive(Container)]
struct App {}

#[get("/", tags = "one")]
async fn index() {}

static TABLE: Table<App> = table![index];

fn main() {}
