use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;
struct Session;

#[provider]
async fn user(session: &Session) -> User {
    let _ = session;
    User
}

#[provider]
async fn session(user: &User) -> Session {
    let _ = user;
    Session
}

fn main() {}
