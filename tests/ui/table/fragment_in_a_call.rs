use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list() {}

const USERS: Routes<App> = routes![list];

static TABLE: Table<App> = table![merge(USERS)];

fn main() {}
