//! A page is somewhere.

use di_server::prelude::*;

#[derive(Container)]
struct App {}

static TABLE: Table<App> = table![docs()];

fn main() {}
