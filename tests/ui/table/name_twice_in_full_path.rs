use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/posts/{id}")]
async fn post_of(id: Path<(u64, u64)>) {
    let _ = id;
}

static TABLE: Table<App> = table![group("/users/{id}", post_of)];

fn main() {}
