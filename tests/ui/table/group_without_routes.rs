use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Admin;

#[provider]
fn admin() -> Admin {
    Admin
}

#[delete("/everything")]
async fn wipe() {}

static TABLE: Table<App> = table![group("/admin", guards = [Admin]), wipe];

fn main() {
    let _ = &TABLE;
}
