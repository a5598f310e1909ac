use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;
struct Session;

#[provider(container = any)]
fn user(session: &Session) -> User {
    let _ = session;
    User
}

#[provider(container = any)]
fn session(user: &User) -> Session {
    let _ = user;
    Session
}

#[get("/")]
async fn list(user: &User) {
    let _ = user;
}

fn main() {}
