use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[get("/me")]
async fn me() -> Json<User> {
    Json(User)
}

fn main() {}
