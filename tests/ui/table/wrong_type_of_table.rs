use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home() {}

static TABLE: Routes<App> = table![home];

fn main() {}
