use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
async fn current_user(token: Bearer) -> User {
    let _ = token;
    User
}

#[provider]
fn anonymous() -> User {
    User
}

#[get("/me")]
async fn me(user: &User) {
    let _ = user;
}

fn main() {}
