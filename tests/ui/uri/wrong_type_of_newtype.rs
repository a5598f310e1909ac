use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(serde::Deserialize, PathParams)]
pub struct UserId(u64);

#[get("/users/{id}")]
async fn user(id: Path<UserId>) -> String {
    id.0.0.to_string()
}

fn main() {
    let _ = user::uri(42);
}
