use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Admin;

#[provider]
fn admin() -> Admin {
    Admin
}

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group("/admin", dependencies = [Admin], home)];

fn main() {}
