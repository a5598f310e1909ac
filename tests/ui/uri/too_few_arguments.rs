use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id}/posts/{post}")]
async fn post_of(Path((id, post)): Path<(u64, String)>) -> String {
    format!("{id} {post}")
}

fn main() {
    let _ = post_of::uri(42);
}
