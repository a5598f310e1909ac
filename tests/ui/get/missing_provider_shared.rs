use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[get("/me")]
async fn me(user: &User) -> &'static str {
    let _ = user;
    "you"
}

fn main() {}
