//! What describes a document is a function.

use di_server::prelude::*;

#[derive(Container)]
struct App {}

static TABLE: Table<App> = table![openapi("/openapi.json", "A title")];

fn main() {}
