use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[get("/me")]
async fn me() -> User {
    User
}

fn main() {}
