use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;
struct User;

#[provider(teardown = finish)]
fn session() -> Session {
    Session
}

fn finish(user: User, outcome: &Outcome) {
    let _ = (user, outcome);
}

fn main() {}
