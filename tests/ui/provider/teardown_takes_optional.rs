use di_server::prelude::*;

#[derive(Container)]
struct App {}

struct User;

#[provider]
fn user(token: Bearer) -> User {
    let _ = token;
    User
}

struct Session;

#[provider(teardown = finish)]
fn session(user: Option<&User>) -> Session {
    let _ = user;
    Session
}

fn finish(session: Session, outcome: &Outcome, user: &User) {
    let _ = (session, outcome, user);
}

fn main() {}
