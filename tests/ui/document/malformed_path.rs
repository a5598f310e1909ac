//! The path of a page is a template like any other.

use di_server::prelude::*;

#[derive(Container)]
struct App {}

static TABLE: Table<App> = table![docs("/:docs")];

fn main() {}
