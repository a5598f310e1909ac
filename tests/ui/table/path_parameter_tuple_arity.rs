use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id}")]
async fn user(path: Path<(u64, u64)>) {
    let _ = path;
}

static TABLE: Table<App> = table![user];

fn main() {}
