use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct User;

#[provider]
fn user() -> User {
    User
}

#[get("/")]
async fn list((user, headers): (&User, &HeaderMap)) {
    let _ = (user, headers);
}

fn main() {}
