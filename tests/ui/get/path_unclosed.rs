use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id")]
async fn user(id: Path<u64>) {
    let _ = id;
}

fn main() {}
