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
fn user(session: Held<Session>) -> User {
    let _ = session;
    User
}

fn main() {}
