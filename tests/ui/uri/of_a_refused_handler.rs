use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/:id")]
async fn user(id: Path<u64>) -> String {
    id.to_string()
}

#[get("/me")]
async fn me() -> String {
    user::uri(7).to_string()
}

static TABLE: Table<App> = table![user, me];

fn main() {}
