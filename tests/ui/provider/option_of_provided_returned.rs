use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
fn user() -> Option<User> {
    None
}

#[get("/me")]
async fn me(user: &User) {
    let _ = user;
}

fn main() {}
