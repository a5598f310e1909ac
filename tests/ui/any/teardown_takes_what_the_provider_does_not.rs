use di_server::prelude::*;

struct Pool;
struct Session;

#[provider(container = any, teardown = close)]
fn session() -> Session {
    Session
}

fn close(_: Session, _: &Outcome, _: &Pool) {}

fn main() {}
