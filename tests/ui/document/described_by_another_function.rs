//! What describes a document takes it and gives it back.

use di_server::prelude::*;

#[derive(Container)]
struct App {}

fn describe(title: &str) -> String {
    title.to_owned()
}

static TABLE: Table<App> = table![openapi("/openapi.json", describe)];

fn main() {}
