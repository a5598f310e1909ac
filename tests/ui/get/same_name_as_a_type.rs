use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
fn current() -> User {
    User
}

#[get("/")]
#[allow(non_snake_case)]
async fn User(user: &User) {
    let _ = user;
}

fn main() {}
