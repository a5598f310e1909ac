use di_server::prelude::*;
use serde::Deserialize;

#[derive(Container)]
pub struct App {}

#[derive(Deserialize, PathParams)]
struct Post {
    user: u64,
    post: u64,
}

#[get("/users/{user}/posts/{id}")]
async fn post_of(path: Path<Post>) {
    let _ = (path.user, path.post);
}

static TABLE: Table<App> = table![post_of];

fn main() {}
