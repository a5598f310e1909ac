use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;
struct AuthError;

#[provider]
async fn user() -> User {
    User
}

#[get("/me")]
async fn me(user: Result<&User, &AuthError>) {
    let _ = user.is_ok();
}

fn main() {}
