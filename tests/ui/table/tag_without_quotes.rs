use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Admin;

#[provider]
async fn admin(_token: Bearer) -> Admin {
    Admin
}

pub struct Tenant;

#[provider]
async fn tenant(_token: Bearer) -> Tenant {
    Tenant
}

#[get("/")]
async fn home() -> &'static str {
    "home"
}

static TABLE: Table<App> = table![group("/a", guards = [Admin, Tenant], tags = [admin], home)];

fn main() {
    let _ = &TABLE;
}
