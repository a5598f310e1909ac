use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;
struct User;

#[provider]
fn user() -> User {
    User
}

#[provider(teardown = finish)]
fn session() -> Session {
    Session
}

fn finish(session: Session, outcome: &Outcome, user: &User) {
    let _ = (session, outcome, user);
}

fn main() {}
