use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;
struct User;

#[provider]
fn session() -> Session {
    Session
}

#[provider]
fn user(a: &Session, b: &mut Session) -> User {
    let _ = (a, b);
    User
}

fn main() {}
