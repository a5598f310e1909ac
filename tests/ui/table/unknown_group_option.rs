use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Admin;

#[provider]
fn admin() -> Admin {
    Admin
}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group("/admin", gards = [Admin], home)];

fn main() {}
