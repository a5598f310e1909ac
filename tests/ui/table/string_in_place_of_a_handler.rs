use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

static TABLE: Table<App> = table!["/users"];

fn main() {}
