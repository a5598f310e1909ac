use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

const ROUTES: u32 = 5;

static TABLE: Table<App> = table![ROUTES];

fn main() {}
