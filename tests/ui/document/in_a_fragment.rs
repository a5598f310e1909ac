//! A part of a table has no document of its own.

use di_server::prelude::*;

#[derive(Container)]
struct App {}

#[get("/")]
async fn index() {}

const ROUTES: Routes<App> = routes![index, docs("/docs")];
static TABLE: Table<App> = table![ROUTES];

fn main() {}
