use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[get("/me")]
async fn me() -> Option<User> {
    Some(User)
}

fn main() {}
