use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Admin;

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group("/admin", guards = [Admin], home)];

fn main() {}
