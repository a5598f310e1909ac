use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

async fn list() {}

static TABLE: Table<App> = table![list];

fn main() {}
