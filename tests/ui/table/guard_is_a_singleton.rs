use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    keys: Keys,
}

struct Keys;

#[provider(singleton)]
fn keys() -> Keys {
    Keys
}

#[get("/users")]
async fn list() {}

static TABLE: Table<App> = table![group("/admin", guards = [Keys], list)];

fn main() {}
