use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[provider]
fn user() -> User {
    User
}

#[derive(Provider)]
struct Page {
    user: User,
}

fn main() {}
