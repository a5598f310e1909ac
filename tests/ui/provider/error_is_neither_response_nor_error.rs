use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;
struct AuthError;

#[provider]
async fn user() -> Result<User, AuthError> {
    Err(AuthError)
}

#[get("/me")]
async fn me(user: &User) {
    let _ = user;
}

fn main() {}
