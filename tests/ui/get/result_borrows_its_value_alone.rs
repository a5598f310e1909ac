use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
async fn user() -> Result<User, StatusCode> {
    Ok(User)
}

#[get("/me")]
async fn me(user: Result<&User, StatusCode>) {
    let _ = user.is_ok();
}

fn main() {}
