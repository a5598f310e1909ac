use di_server::prelude::*;
use serde::Deserialize;

#[derive(Container)]
pub struct App {}

#[derive(Deserialize)]
struct Key {
    id: u64,
}

#[get("/users/{id}")]
async fn user(key: Path<Key>) -> String {
    key.id.to_string()
}

static TABLE: Table<App> = table![user];

fn main() {}
