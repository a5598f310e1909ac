use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id}")]
async fn user(Path((id, _)): Path<(u64, u64)>) {
    let _ = id;
}

static TABLE: Table<App> = table![user];

fn main() {}
