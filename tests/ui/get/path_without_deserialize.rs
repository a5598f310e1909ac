use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(PathParams)]
struct Key {
    id: u64,
}

#[get("/users/{id}")]
async fn user(key: Path<Key>) -> String {
    key.id.to_string()
}

fn main() {}
