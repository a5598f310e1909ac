use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id}/posts/{id}")]
async fn post_of(id: Path<u64>) {
    let _ = id;
}

fn main() {}
