use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session;

#[provider]
fn session() -> Session {
    Session
}

pub struct User;

#[provider]
fn user() -> User {
    User
}

#[derive(Provider)]
pub struct Page {
    user: Lazy<'static, User>,
}

fn main() {}
