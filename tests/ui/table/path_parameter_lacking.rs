use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id}")]
async fn user(name: Path<String>) {
    let _ = name;
}

static TABLE: Table<App> = table![user];

fn main() {}
