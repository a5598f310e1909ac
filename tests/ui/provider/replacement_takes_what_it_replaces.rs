use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
fn user() -> User {
    User
}

#[provider(replace)]
fn fake_user(user: &User) -> User {
    let _ = user;
    User
}

#[get("/")]
async fn home(user: &User) {
    let _ = user;
}

fn main() {}
