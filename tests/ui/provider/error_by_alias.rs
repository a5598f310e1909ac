use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct AuthError;
type Result<T> = std::result::Result<T, AuthError>;

struct User;

#[provider]
async fn user() -> Result<User> {
    Err(AuthError)
}

fn main() {}
