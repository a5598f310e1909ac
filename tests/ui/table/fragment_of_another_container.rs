use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Container)]
pub struct Other {}

#[get("/", container = Other)]
async fn home() {}

const ROUTES: Routes<Other> = routes![container = Other, home];

static TABLE: Table<App> = table![ROUTES];

fn main() {}
