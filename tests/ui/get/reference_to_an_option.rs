use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Db;

#[provider]
fn db() -> Db {
    Db
}

#[get("/users")]
async fn list(_db: &Option<Db>) {}

fn main() {}
