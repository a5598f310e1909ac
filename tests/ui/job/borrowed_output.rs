use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session(String);

#[provider]
fn session() -> Session {
    Session(String::new())
}

#[job(inline)]
fn nightly(session: &Session) -> &str {
    &session.0
}

fn main() {}
