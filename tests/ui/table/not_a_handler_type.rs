use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Users;

static TABLE: Table<App> = table![Users];

fn main() {}
