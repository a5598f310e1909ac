use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Thing;

#[get("/")]
async fn list(thing: impl Clone) {}

static TABLE: Table<App> = table![list];

fn main() {}
