use di_server::{prelude::*, uri};

#[derive(Container)]
pub struct App {}

#[get("/users/{id}")]
async fn user(id: Path<u64>) -> String {
    id.to_string()
}

#[get("/other")]
async fn other() {}

#[get("/twice")]
async fn twice() {}

static TABLE: Table<App> = table![group("/teams/{team}", user), group("/a", twice), group("/b", twice)];

fn main() {
    let _ = (&TABLE, uri!(TABLE, user(42)));
}
