use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
async fn user() -> Result<User, AuthError> {
    Ok(User)
}

fn main() {}
