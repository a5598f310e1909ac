use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[post("/users")]
async fn add() -> (StatusCode, Json<Vec<User>>) {
    (StatusCode::CREATED, Json(vec![User]))
}

fn main() {}
