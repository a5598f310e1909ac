use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider(after_body)]
fn session() -> Session {
    Session
}

#[provider(replace, after_body)]
fn fake() -> Session {
    Session
}

fn main() {}
