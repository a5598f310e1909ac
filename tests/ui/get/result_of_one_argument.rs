use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
async fn user() -> User {
    User
}

type Result<T> = std::result::Result<T, std::io::Error>;

#[get("/me")]
async fn me(user: Result<&User>) {
    let _ = user.is_ok();
}

fn main() {}
