use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[post("/users")]
async fn add() -> Created<Json<Vec<User>>> {
    Created::at("/users/1", Json(vec![User]))
}

fn main() {}
