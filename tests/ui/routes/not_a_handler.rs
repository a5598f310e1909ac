use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

async fn list() {}

const ROUTES: Routes<App> = routes![list];

fn main() {}
