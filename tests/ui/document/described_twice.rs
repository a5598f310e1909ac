//! A table has one document.

use di_server::{openapi::OpenApi, prelude::*};

#[derive(Container)]
struct App {}

fn one(document: OpenApi) -> OpenApi {
    document
}

fn two(document: OpenApi) -> OpenApi {
    document
}

static TABLE: Table<App> = table![openapi("/openapi.json", one), docs("/docs", two)];

fn main() {}
