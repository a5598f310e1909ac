use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list() {}

mod admin {
    use super::*;

    #[get("/users")]
    pub async fn all() {}

    pub const ROUTES: Routes<App> = routes![all];
}

static TABLE: Table<App> = table![list, admin::ROUTES];

fn main() {}
